// Every name of a file of the state reads back as what it was made of, and no other name does.
#include "store/file_names.hpp"

#include <gtest/gtest.h>

namespace remora::store {
namespace {

TEST(FileNames, OfGenerationsTellTheNumber) {
  for (const uint64_t number : {uint64_t{1}, uint64_t{99'999'999}, uint64_t{123'456'789'012}}) {
    EXPECT_EQ(parse_generation_file(generation_file(number).text), number);
  }
}

TEST(FileNames, OfOthersAreNoGenerations) {
  for (const char* name : {"", "generation-", "generation-.rmap", "generation-x.rmap", "generation--1.rmap",
                           "generation-00000001", "generation-00000001.rmap.tmp", "history.rmap",
                           "generation-18446744073709551616.rmap"}) {
    EXPECT_EQ(parse_generation_file(name), 0U) << name;
  }
}

TEST(FileNames, OfSnapshotsTellSequenceAndKind) {
  for (uint32_t kind = 1; kind <= 4; ++kind) {
    uint64_t sequence = 0;
    uint32_t found = 0;
    ASSERT_TRUE(parse_snapshot_file(snapshot_file(71, kind).text, &sequence, &found)) << kind;
    EXPECT_EQ(sequence, 71U);
    EXPECT_EQ(found, kind);
  }
}

TEST(FileNames, OfOthersAreNoSnapshots) {
  for (const char* name :
       {"", "-manual.rsnap", "x-manual.rsnap", "71-manual.rsnap", "000000000071-other.rsnap",
        "000000000071-manual.rsnap.tmp", "000000000071", "active.rsnap"}) {
    uint64_t sequence = 0;
    uint32_t kind = 0;
    EXPECT_FALSE(parse_snapshot_file(name, &sequence, &kind)) << name;
  }
}

}  // namespace
}  // namespace remora::store
