// The n-th allocation fails, for all n: through the library's own heap, and through operator new, by which
// what it is built with takes memory. The plugin is linked into this program for that.
//
//   REMORA_ALLOCATION=<n>          one alone, as a failure names it
//   REMORA_ALLOCATION_EVERY=<n>    every n-th beyond the first (200 of the own heap, 60 of operator new),
//   from
//                                  a random one on (default: 20, or such that there are about 100; 1 = all)
//   REMORA_SEED=<number>           ... from that one on
#include <gtest/gtest.h>
#include <remora/remora.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <string>
#include <utility>

#include "abi/plugin.hpp"
#include "base/heap.hpp"
#include "base/heap_failure.hpp"
#include "faults/operator_new.hpp"
#include "faults/scenarios.hpp"
#include "faults/trial.hpp"
#include "support/temp_dir.hpp"

namespace remora::test {
namespace {

enum class Source : uint8_t { kOwnHeap, kOwnHeapOnce, kOperatorNew, kOperatorNewOnce };

bool is_own_heap(Source source) { return source == Source::kOwnHeap || source == Source::kOwnHeapOnce; }

// A function of the plugin, within which allocations count. Its calls are counted over all sessions.
template <auto Function>
struct Counted;
template <class... Arguments, int32_t (*Function)(Arguments...)>
struct Counted<Function> {
  static inline std::atomic<uint64_t>& calls = *new_shared<std::atomic<uint64_t>>();
  static int32_t call(Arguments... arguments) {
    const CountAllocations here;
    ++calls;
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

void begin_trouble(Source source, int64_t after) {
  switch (source) {
    case Source::kOwnHeap:
      return base::set_allocation_failure_after(after);
    case Source::kOwnHeapOnce:
      return base::fail_one_allocation_after(after);
    case Source::kOperatorNew:
    case Source::kOperatorNewOnce:
      return fail_operator_new(after, source == Source::kOperatorNewOnce);
  }
}

struct Counts {
  std::atomic<uint64_t> own_heap, operator_new;
};

void use(const Scenario& scenario, const std::string& folder, Source source, int64_t after, Board& board,
         Counts& counts) {
  Session session(
      counted_plugin(), board,
      {folder, scenario.flags, scenario.durability, end_trouble, trouble_lasts, scenario.service});
  begin_trouble(source, after);
  scenario.run(session);
  counts.own_heap = base::heap_allocations_total();
  counts.operator_new = operator_new_calls();
  session.expect_full_service();
  session.expect_nothing_lost(scenario.keeps_values);
  session.close();
  session.expect_nothing_lost(scenario.keeps_values);
  session.close();
}

// Sessions in processes of their own, a few at a time.
class Trials {
 public:
  Trials(const Scenario& scenario, Source source, const char* name)
      : scenario_(scenario), source_(source), name_(name) {
    std::generate(std::begin(boards_), std::end(boards_), new_shared<Board>);
  }

  void start(uint64_t after) {
    if (running_.size() == kAtOnce) {
      finish_oldest();
    }
    Board& board = *boards_[tried_++ % kAtOnce];
    auto folder = std::make_unique<TempDir>(fast_folder());
    const std::string state = folder->path() + "/state";
    const auto left = static_cast<int64_t>(std::min<uint64_t>(after, INT64_MAX));
    const pid_t child = start_trial(board, [&] { use(scenario_, state, source_, left, board, counts_); });
    running_.push_back({after, child, &board, std::move(folder)});
  }
  void finish() {
    while (!running_.empty()) {
      finish_oldest();
    }
  }

  // With all the memory that it wants.
  uint64_t allocations() {
    start(UINT64_MAX);
    finish();
    return is_own_heap(source_) ? counts_.own_heap : counts_.operator_new;
  }

 private:
  struct Trial {
    uint64_t after;
    pid_t child;
    Board* board;
    std::unique_ptr<TempDir> folder;
  };
  void finish_oldest() {
    EXPECT_EQ(finish_trial(*running_.front().board, running_.front().child), "")
        << name_ << ", REMORA_ALLOCATION=" << running_.front().after;
    running_.pop_front();
  }

  static constexpr uint64_t kAtOnce = 3;
  const Scenario& scenario_;
  Source source_;
  const char* name_;
  Counts& counts_ = *new_shared<Counts>();
  Board* boards_[kAtOnce];
  std::deque<Trial> running_;
  uint64_t tried_ = 0;
};

class FailingMemory : public testing::TestWithParam<Scenario> {
 protected:
  void SetUp() override { watch_plugin(reinterpret_cast<const void*>(&remora_route)); }

  void fail_each(Source source, const char* name) {
    Trials trials(GetParam(), source, name);
    const uint64_t total = trials.allocations();
    const uint64_t only = number_from("REMORA_ALLOCATION", UINT64_MAX);
    const uint64_t all_of = is_own_heap(source) ? 200 : 60;
    const uint64_t every =
        std::max<uint64_t>(number_from("REMORA_ALLOCATION_EVERY", std::max<uint64_t>(20, total / 100)), 1);
    const uint64_t seed = printed_seed();
    uint64_t tried = 0;
    for (uint64_t n = 0; n < total; ++n) {
      if (only == UINT64_MAX ? n < all_of || n % every == seed % every : n == only) {
        ++tried;
        trials.start(n);
      }
    }
    trials.finish();
    std::printf("%s: %s, %llu of %llu allocations failed\n", GetParam().name, name,
                static_cast<unsigned long long>(tried), static_cast<unsigned long long>(total));
  }
};

TEST_P(FailingMemory, OfTheOwnHeapIsSurvived) { fail_each(Source::kOwnHeap, "own heap, from then on"); }

TEST_P(FailingMemory, OfTheOwnHeapOnceIsSurvived) { fail_each(Source::kOwnHeapOnce, "own heap, once"); }

TEST_P(FailingMemory, OfOperatorNewIsSurvived) {
  fail_each(Source::kOperatorNew, "operator new, from then on");
}

TEST_P(FailingMemory, OfOperatorNewOnceIsSurvived) {
  fail_each(Source::kOperatorNewOnce, "operator new, once");
}

const Scenario kAll[] = {kLife, kRestores, kKeeper, kMemory, kOperator, kSuccessor};

INSTANTIATE_TEST_SUITE_P(All, FailingMemory, testing::ValuesIn(kAll),
                         [](const auto& scenario) { return scenario.param.name; });

// Each allocation of opening fails once: what opens all the same has all its parts a tick later.
TEST(FailingMemoryAtOpen, LeavesNoHostWithoutALogForGood) {
  const remora_api& api = counted_plugin();
  const TempDir folder(fast_folder());
  const std::string state = folder.path() + "/state";
  auto options = abi_test::sized<remora_options>();
  options.flags = REMORA_OPEN_NO_AUTO_TICK | REMORA_OPEN_NO_ENVIRONMENT;
  options.states = 64;
  options.ledger_slots = 1'024;
  options.names = 64;
  remora_error error = REMORA_ERROR_INIT;
  const auto ignore = [](void*, int32_t, const char*, uint64_t) {};
  uint32_t opened = 0;
  bool reached = true;
  for (int64_t n = 0; reached && n < 1'000; ++n) {
    const uint64_t before = operator_new_calls();
    uint64_t handle = 0;
    begin_trouble(Source::kOperatorNewOnce, n);
    const int32_t code = api.open(state.data(), state.size(), &options, &handle, &error);
    reached = operator_new_calls() - before > static_cast<uint64_t>(n);
    end_trouble();
    if (code != REMORA_OK) {
      EXPECT_EQ(code, REMORA_E_MEMORY) << error.text;
      continue;
    }
    ++opened;
    EXPECT_EQ(api.tick(handle, 0, 0, nullptr, &error), REMORA_OK) << error.text;
    EXPECT_EQ(api.log_callback(handle, ignore, nullptr, 0, &error), REMORA_OK) << n << ": " << error.text;
    EXPECT_EQ(api.close(handle, &error), REMORA_OK) << error.text;
  }
  EXPECT_FALSE(reached);
  EXPECT_GT(opened, 1U);
}

// What no scenario calls is struck by no fault.
TEST(Scenarios, CallEveryExport) {
  watch_plugin(reinterpret_cast<const void*>(&remora_route));
  for (const Scenario& scenario : kAll) {
    Trials(scenario, Source::kOwnHeap, scenario.name).allocations();
  }
#define F(name, since, tag, parameters) EXPECT_NE(Counted<remora_##name>::calls, 0U) << #name;
#include <remora/functions.def>
#undef F
}

}  // namespace
}  // namespace remora::test
