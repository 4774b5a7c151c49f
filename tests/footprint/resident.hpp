// How much of this process's resident memory is the plugin's.
#pragma once

#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>

namespace remora::test {

// Kilobytes in memory that are the plugin's or may be: its library, the files of its state, the heap and
// other memory without a file. Pages of the host's own program and libraries come as they are used, by
// whomever.
inline uint64_t resident_kilobytes() {
  std::ifstream file("/proc/self/smaps");
  uint64_t sum = 0;
  bool counted = false;
  for (std::string line; std::getline(file, line);) {
    uint64_t kilobytes = 0;
    if (std::sscanf(line.c_str(), "Rss: %" SCNu64, &kilobytes) == 1) {
      sum += counted ? kilobytes : 0;
    } else if (line.find('-') < line.find(' ') && line.find(':') > line.find(' ')) {
      counted = line.find('/') == std::string::npos || line.find("libremora") != std::string::npos ||
                line.ends_with(".rmap");
    }
  }
  return sum;
}

}  // namespace remora::test
