// The number by which two builds tell whether they may share a directory.
#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>

#include "store/history.hpp"
#include "support/status.hpp"
#include "support/test_state.hpp"

namespace remora::store {
namespace {

using base::Code;
using base::Problem;

// Of builds that had the same structs, and took later reports of a decision for outcomes.
constexpr uint64_t kBeforeReports = 0x8481b20b4e74e99fULL;

// Whoever changes a struct gets another hash. Whoever lets a field mean something else, at equal sizes, has
// to change it by hand (kMeaning in history.cpp); then the number here, too.
TEST(LayoutHash, IsPinned) { EXPECT_EQ(layout_hash(), 0x12a2a70574cc0eb3ULL); }

TEST(LayoutHash, ABuildThatTakesReportsForOutcomesAndThisOneRefuseEachOther) {
  EXPECT_NE(layout_hash(), kBeforeReports);
  test::TempDir folder;
  OpenRules rules;
  rules.capacities = test::small_capacities();
  std::unique_ptr<State> state;
  Problem problem;
  ASSERT_TRUE(test::is_ok(State::open(folder.path(), rules, &state, problem), problem));
  state.reset();
  constexpr const char* kFile = "history.rmap";
  std::string bytes = folder.read(kFile);
  Identity identity;
  std::memcpy(&identity, bytes.data(), sizeof identity);
  identity.layout_hash = kBeforeReports;
  identity.checksum = identity_checksum(identity);
  std::memcpy(bytes.data(), &identity, sizeof identity);
  folder.write(kFile, bytes);
  EXPECT_EQ(State::open(folder.path(), rules, &state, problem), Code::kFormat) << problem.text();
  EXPECT_EQ(folder.read(kFile), bytes) << "a refused file was changed";
}

}  // namespace
}  // namespace remora::store
