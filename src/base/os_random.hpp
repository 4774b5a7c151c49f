// Random numbers from the operating system: secrets, nonces and names that nobody can guess.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/status.hpp"

namespace remora::base {

// Fills `bytes` from the kernel's generator (getrandom(2)). Waits only in a system's first seconds after
// boot. Any thread. Errors: kIo, with `bytes` unspecified.
Code os_random(std::span<std::byte> bytes, Problem& problem);

// 64 random bits. Errors: kIo; `*out` is then 0.
Code os_random_u64(uint64_t* out, Problem& problem);

}  // namespace remora::base
