// The prototype's snapshot and restore: FlatBuffers chunks with a checksum, written, flushed, read back and
// verified.
#pragma once

#include <filesystem>

#include "benchmark/subjects/prototype.hpp"

namespace remora::bench {

// Writes all rows to file (by way of a temporary one), reads them back and verifies them; gives their XXH3.
std::uint64_t write_snapshot(const Prototype& table, const std::filesystem::path& file);

// Verifies file against its checksum and puts its rows into an idle table of the same size, whatever that
// held.
void restore_snapshot(Prototype& idle, const std::filesystem::path& file, std::uint64_t checksum);

}  // namespace remora::bench
