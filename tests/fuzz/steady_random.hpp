#pragma once

namespace remora::fuzz {

// Begins the stream of random numbers anew; call it before each input.
void restart_random();

}  // namespace remora::fuzz
