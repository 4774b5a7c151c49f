// The n-th allocation fails, for all n: through the library's own heap, and through operator new, by which
// what it is built with takes memory. The plugin is linked into this program for that.
//
//   REMORA_ALLOCATION=<n>          one alone, as a failure names it
//   REMORA_ALLOCATION_EVERY=<n>    every n-th beyond the first 200, from a random one on (default 20; 1 =
//   all) REMORA_SEED=<number>           ... from that one on
#include <gtest/gtest.h>
#include <remora/remora.h>

#include <algorithm>
#include <string>

#include "base/heap.hpp"
#include "faults/operator_new.hpp"
#include "faults/scenarios.hpp"
#include "faults/trial.hpp"
#include "support/temp_dir.hpp"

namespace remora::test {
namespace {

enum class Source : uint8_t { kOwnHeap, kOperatorNew, kOperatorNewOnce };

// A function of the plugin, within which allocations count.
template <auto Function>
struct Counted;
template <class... Arguments, int32_t (*Function)(Arguments...)>
struct Counted<Function> {
  static int32_t call(Arguments... arguments) {
    const CountAllocations here;
    return Function(arguments...);
  }
};

const remora_api& counted_plugin() {
  static const remora_api api = [] {
    remora_api made{};
#define F(name, since, tag, parameters) made.name = Counted<remora_##name>::call;
#include <remora/functions.def>
#undef F
    return made;
  }();
  return api;
}

void end_trouble() {
  base::set_allocation_failure_after(-1);
  fail_operator_new(INT64_MAX, false);
}

bool trouble_lasts() { return false; }

struct Counts {
  std::atomic<uint64_t> own_heap, operator_new;
};

void use(const Scenario& scenario, const std::string& folder, Source source, int64_t after, Board& board,
         Counts& counts) {
  Session session(counted_plugin(), board,
                  {folder, scenario.flags, scenario.durability, end_trouble, trouble_lasts});
  fail_operator_new(source == Source::kOwnHeap ? INT64_MAX : after, source == Source::kOperatorNewOnce);
  base::set_allocation_failure_after(source == Source::kOwnHeap ? after : -1);
  scenario.run(session);
  counts.own_heap = base::heap_allocations_total();
  counts.operator_new = operator_new_calls();
  session.expect_full_service();
  session.expect_nothing_lost(scenario.keeps_values);
  session.close();
  session.expect_nothing_lost(scenario.keeps_values);
  session.close();
}

std::string in_process(const Scenario& scenario, Source source, int64_t after, Counts& counts) {
  static Board& board = *new_shared<Board>();
  const TempDir folder(fast_folder());
  return finish_trial(board, start_trial(board, [&] {
                        use(scenario, folder.path() + "/state", source, after, board, counts);
                      }));
}

class FailingMemory : public testing::TestWithParam<Scenario> {
 protected:
  void SetUp() override { watch_plugin(reinterpret_cast<const void*>(&remora_route)); }

  void fail_each(Source source, const char* name) {
    Counts& counts = *new_shared<Counts>();
    ASSERT_EQ(in_process(GetParam(), source, INT64_MAX, counts), "") << "with all the memory it wants";
    const uint64_t total = source == Source::kOwnHeap ? counts.own_heap : counts.operator_new;
    const uint64_t only = number_from("REMORA_ALLOCATION", UINT64_MAX);
    const uint64_t every = std::max<uint64_t>(number_from("REMORA_ALLOCATION_EVERY", 20), 1);
    const uint64_t seed = printed_seed();
    uint64_t tried = 0;
    for (uint64_t n = 0; n < total; ++n) {
      if (only == UINT64_MAX ? n < 200 || n % every == seed % every : n == only) {
        ++tried;
        EXPECT_EQ(in_process(GetParam(), source, static_cast<int64_t>(n), counts), "")
            << name << ", REMORA_ALLOCATION=" << n;
      }
    }
    std::printf("%s: %s, %llu of %llu allocations failed\n", GetParam().name, name,
                static_cast<unsigned long long>(tried), static_cast<unsigned long long>(total));
  }
};

TEST_P(FailingMemory, OfTheOwnHeapIsSurvived) { fail_each(Source::kOwnHeap, "own heap, from then on"); }

TEST_P(FailingMemory, OfOperatorNewIsSurvived) {
  fail_each(Source::kOperatorNew, "operator new, from then on");
}

TEST_P(FailingMemory, OfOperatorNewOnceIsSurvived) {
  fail_each(Source::kOperatorNewOnce, "operator new, once");
}

INSTANTIATE_TEST_SUITE_P(All, FailingMemory, testing::Values(kLife, kRestores),
                         [](const auto& scenario) { return scenario.param.name; });

}  // namespace
}  // namespace remora::test
