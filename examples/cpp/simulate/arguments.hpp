// Numbers on a command line.
#pragma once

#include <cstdint>
#include <cstdlib>

namespace simulation {

// Reads a whole number from low to high; false for anything else.
inline bool read_number(const char* text, uint32_t low, uint32_t high, uint32_t* number) {
  char* end = nullptr;
  const unsigned long read = std::strtoul(text, &end, 10);
  *number = static_cast<uint32_t>(read);
  return end != text && *end == '\0' && read >= low && read <= high;
}

}  // namespace simulation
