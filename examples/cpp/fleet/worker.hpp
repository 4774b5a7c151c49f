// A worker process of the fleet: a host like any other, with threads that ask Remora who should do each task,
// run it, and report how it went.
#pragma once

#include <string>

namespace fleet {

// Works until the board says stop. Returns the exit code.
int run_worker(const std::string& directory, int board_descriptor, uint32_t place);

}  // namespace fleet
