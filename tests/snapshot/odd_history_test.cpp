// What a writer that died or a damaged history leaves beside what was learned: a snapshot holds the rest.
#include <gtest/gtest.h>

#include <algorithm>

#include "snapshot/learned_state.hpp"
#include "snapshot/restore.hpp"

namespace remora::test {
namespace {

using base::Code;
using base::Problem;

class OddHistory : public testing::Test {
 protected:
  OddHistory() {
    learned_.fill();
    learned_.fill_attempts();
  }
  store::ContextEntry& entry(uint32_t context) const { return learned_.history().contexts[context - 1]; }
  // Takes a snapshot and restores it; what came back.
  Values round_trip() {
    const std::string path = LearnedState::path_of(learned_.take());
    Problem problem;
    EXPECT_TRUE(is_ok(snapshot::restore(learned_.state(), path, kSomeTime, nullptr, problem), problem));
    return values_of(learned_.state());
  }
  static size_t with(const Values& values, std::string_view part) {
    return static_cast<size_t>(std::count_if(values.begin(), values.end(), [&](const auto& value) {
      return value.first.find(part) != std::string::npos;
    }));
  }

  LearnedState learned_;
};

TEST_F(OddHistory, OfLabelsThatHaveNoNameOrNoOrder) {
  ASSERT_EQ(with(values_of(learned_.state()), "[size=large]"), 3U);
  for (const uint64_t wrong : {uint64_t{200} << 32, uint64_t{1}}) {
    LearnedState damaged;
    damaged.fill();
    damaged.history().contexts[label_set(damaged.state(), {"lang=python", "size=large"}) - 1].labels[0].store(
        wrong);
    const std::string path = LearnedState::path_of(damaged.take());
    Problem problem;
    ASSERT_TRUE(is_ok(snapshot::restore(damaged.state(), path, kSomeTime, nullptr, problem), problem));
    EXPECT_EQ(values_of(damaged.state()).size(), 3U) << wrong;
  }
}

TEST_F(OddHistory, OfAttemptsWithLabelsThatHaveNoName) {
  const Values before = values_of(learned_.state());
  const uint32_t labelled = label_set(learned_.state(), {"lang=python"}, {2, 0b101});
  entry(labelled).labels[0].store(200);
  const Values after = round_trip();
  EXPECT_EQ(after.size(), before.size() - 1);
  EXPECT_EQ(with(after, "(2: "), with(before, "(2: ") - 1) << "attempts without labels stay";
}

TEST_F(OddHistory, OfAnAgentWithANameAlone) {
  const Values before = values_of(learned_.state());
  uint32_t index = 0;
  Problem problem;
  ASSERT_TRUE(is_ok(store::add_name(learned_.history(), store::Kind::kAgent, "named only", &index, problem),
                    problem));
  EXPECT_EQ(round_trip(), before);
  LearnedState other;
  const std::string path = learned_.folder().file("snapshots/000000000001-manual.rsnap");
  ASSERT_TRUE(
      is_ok(store::add_name(other.history(), store::Kind::kAgent, "alpha", &index, problem), problem));
  EXPECT_EQ(snapshot::restore(other.state(), path, kSomeTime, nullptr, problem), Code::kNotFound)
      << "there, alpha is not registered";
}

TEST_F(OddHistory, OfValuesOfAVariantThatIsNot) {
  const Values before = values_of(learned_.state());
  learned_.learn_value({learned_.alpha(), 0, 0, 0}, 12, {0.5F, 3, 1});
  EXPECT_EQ(round_trip(), before);
}

TEST_F(OddHistory, OfMoreRowsInUseThanThereAre) {
  const Values before = values_of(learned_.state());
  {
    const store::State::Inside inside(learned_.state(), base::thread_context().number);
    inside.generation().page().rows_used.store(uint64_t{1} << 50);
  }
  EXPECT_EQ(round_trip(), before) << "room for so many was asked of the disk";
}

TEST_F(OddHistory, OfMoreSnapshotsThanCanBe) {
  learned_.history().control->snapshot_sequence.store(UINT64_MAX - 1);
  const uint64_t first = learned_.take().sequence;
  EXPECT_LT(first, 100U);
  EXPECT_EQ(learned_.take().sequence, first + 1);
}

TEST_F(OddHistory, OfAnAgentWithAllVariantsThatThereCanBe) {
  std::vector<std::string> variants;
  for (uint32_t v = 0; v < store::kMaxVariants; ++v) {
    variants.push_back("variant-" + std::to_string(v));
  }
  const uint32_t full = add_agent(learned_.state(), "full", variants);
  for (uint32_t v = 0; v < store::kMaxVariants; ++v) {
    learned_.learn_value({full, 0, 0, 0}, v, {0.5F, v + 1, 1'700'000'000});
  }
  const Values before = values_of(learned_.state());
  ASSERT_EQ(with(before, "full/"), store::kMaxVariants);
  EXPECT_EQ(round_trip(), before);
}

}  // namespace
}  // namespace remora::test
