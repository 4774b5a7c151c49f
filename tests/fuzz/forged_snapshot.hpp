#pragma once

#include <string>

namespace remora::fuzz {

// The file with all checksums right for what it holds, as a forger would write it.
std::string forged_snapshot(const std::string& file);

}  // namespace remora::fuzz
