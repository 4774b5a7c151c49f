// The explorer itself: it must see what the C++ memory model allows, and nothing else.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <set>

#include "base/asymmetric_fence.hpp"
#include "model/explorer.hpp"

namespace remora::model {
namespace {

using std::memory_order_acq_rel;
using std::memory_order_acquire;
using std::memory_order_relaxed;
using std::memory_order_release;
using std::memory_order_seq_cst;

using Word = std::atomic<uint64_t>;

struct Shared {
  Word x{0}, y{0}, z{0};
  uint64_t plain = 0;
};

class ExplorerTest : public testing::Test {
 protected:
  ExplorerTest() {
    world_.watch(&shared_, sizeof shared_);
    world_.name("x", &shared_, 1, &Shared::x);
    world_.name("y", &shared_, 1, &Shared::y);
    world_.name("z", &shared_, 1, &Shared::z);
    world_.name("plain", &shared_, 1, &Shared::plain);
    explorer_ = std::make_unique<Explorer>(world_);
  }

  Result explore(std::vector<Actor> actors, std::function<void()> check, Options options = {}) {
    return explorer_->explore({"test", [this] { seen_ = {}; }, std::move(actors), std::move(check)}, options);
  }
  Result relaxed(std::vector<Actor> actors, std::function<void()> check) {
    return explore(std::move(actors), std::move(check), {.order = Order::kRelaxed, .heavy_fences = true});
  }

  World world_;
  Shared shared_;
  std::unique_ptr<Explorer> explorer_;
  std::array<uint64_t, 8> seen_{};
};

TEST_F(ExplorerTest, FindsALostUpdate) {
  const auto add = [this] { shared_.x.store(shared_.x.load() + 1); };
  const auto both = [this] { require(shared_.x == 2, "an update was lost"); };
  EXPECT_NE(explore({{"a", add}, {"b", add}}, both).violation, "");
  const auto add_whole = [this] { shared_.x.fetch_add(1); };
  const Result whole = explore({{"a", add_whole}, {"b", add_whole}}, both);
  EXPECT_EQ(whole.violation, "");
  EXPECT_EQ(whole.executions, 2U);
}

TEST_F(ExplorerTest, RunsIndependentStepsInOneOrder) {
  const Result result = explore({{"a", [this] { shared_.x = 1, shared_.x = 2; }},
                                 {"b", [this] { shared_.y = 1, shared_.y = 2; }},
                                 {"c", [this] { shared_.z = 1, shared_.z = 2; }}},
                                {});
  EXPECT_EQ(result.executions, 1U);
  EXPECT_EQ(result.steps, 6U);
}

// Whatever a long random walk comes to, the reduced search does too.
TEST_F(ExplorerTest, MissesNoOutcomeThatARandomWalkFinds) {
  for (const Order order : {Order::kInterleaving, Order::kRelaxed}) {
    std::set<std::array<uint64_t, 8>> all, some;
    const auto run = [&](Options options, auto& outcomes) {
      options.order = order;
      const auto note = [&] {
        seen_[6] = shared_.x;
        seen_[7] = shared_.y;
        outcomes.insert(seen_);
      };
      return explore({{"a",
                       [this] {
                         seen_[0] = shared_.x.load(memory_order_relaxed);
                         shared_.y.store(1, memory_order_release);
                         seen_[1] = shared_.z.exchange(1, memory_order_acq_rel);
                       }},
                      {"b",
                       [this] {
                         seen_[2] = shared_.y.load(memory_order_acquire);
                         shared_.x.store(2, memory_order_relaxed);
                         seen_[3] = shared_.z.load(memory_order_acquire);
                       }},
                      {"c",
                       [this] {
                         uint64_t expected = 0;
                         seen_[4] = shared_.z.compare_exchange_strong(expected, 3) ? 1 : 0;
                         shared_.x.store(seen_[4] + 4, memory_order_release);
                         seen_[5] = shared_.y.load(memory_order_relaxed);
                       }}},
                     note, options);
    };
    EXPECT_TRUE(run({}, all).complete);
    run({.random_executions = 40'000, .seed = 7}, some);
    for (const auto& outcome : some) {
      EXPECT_TRUE(all.contains(outcome)) << testing::PrintToString(outcome);
    }
    EXPECT_GT(some.size(), order == Order::kInterleaving ? 30U : 60U);
  }
}

TEST_F(ExplorerTest, LetsStoresWaitInBuffers) {
  const auto run = [this](std::memory_order store, std::memory_order load, auto fence_a, auto fence_b) {
    return relaxed({{"a",
                     [=, this] {
                       shared_.x.store(1, store);
                       fence_a();
                       seen_[0] = shared_.y.load(load);
                     }},
                    {"b",
                     [=, this] {
                       shared_.y.store(1, store);
                       fence_b();
                       seen_[1] = shared_.x.load(load);
                     }}},
                   [this] { require(seen_[0] + seen_[1] != 0, "both read before either stored"); });
  };
  const auto none = [] {};
  const auto full = [] { std::atomic_thread_fence(memory_order_seq_cst); };
  EXPECT_NE(run(memory_order_relaxed, memory_order_relaxed, none, none).violation, "");
  EXPECT_NE(run(memory_order_release, memory_order_acquire, none, none).violation, "");
  EXPECT_NE(run(memory_order_relaxed, memory_order_relaxed, full, none).violation, "");
  EXPECT_NE(run(memory_order_relaxed, memory_order_relaxed, base::light_fence, base::light_fence).violation,
            "");
  EXPECT_EQ(run(memory_order_seq_cst, memory_order_seq_cst, none, none).violation, "");
  EXPECT_EQ(run(memory_order_relaxed, memory_order_relaxed, full, full).violation, "");
  EXPECT_EQ(run(memory_order_relaxed, memory_order_relaxed, base::light_fence, base::heavy_fence).violation,
            "");
}

TEST_F(ExplorerTest, PassesMessagesByReleaseAndAcquire) {
  const auto run = [this](std::memory_order store, std::memory_order load) {
    return relaxed({{"a",
                     [=, this] {
                       shared_.x.store(1, memory_order_relaxed);
                       shared_.y.store(1, store);
                     }},
                    {"b",
                     [=, this] {
                       if (shared_.y.load(load) == 1) {
                         require(shared_.x.load(memory_order_relaxed) == 1, "the message did not come along");
                       }
                     }}},
                   {});
  };
  EXPECT_NE(run(memory_order_relaxed, memory_order_acquire).violation, "");
  EXPECT_NE(run(memory_order_release, memory_order_relaxed).violation, "");
  const Result passed = run(memory_order_release, memory_order_acquire);
  EXPECT_EQ(passed.violation, "");
  EXPECT_TRUE(passed.complete);
}

TEST_F(ExplorerTest, GoesOnWithAReleaseThroughAnUpdateInBetween) {
  const auto run = [this](auto between) {
    return relaxed({{"a",
                     [this] {
                       shared_.x.store(1, memory_order_relaxed);
                       shared_.y.store(1, memory_order_release);
                     }},
                    {"b", between},
                    {"c",
                     [this] {
                       if (shared_.y.load(memory_order_acquire) == 2) {
                         require(shared_.x.load(memory_order_relaxed) == 1, "the release was cut off");
                       }
                     }}},
                   {});
  };
  EXPECT_EQ(run([this] {
              uint64_t one = 1;
              shared_.y.compare_exchange_strong(one, 2, memory_order_relaxed, memory_order_relaxed);
            }).violation,
            "");
  EXPECT_NE(run([this] {
              if (shared_.y.load(memory_order_relaxed) == 1) {
                shared_.y.store(2, memory_order_relaxed);
              }
            }).violation,
            "");
}

TEST_F(ExplorerTest, KeepsOneWordCoherent) {
  const Result result =
      relaxed({{"a",
                [this] {
                  shared_.x.store(1, memory_order_relaxed);
                  shared_.x.store(2, memory_order_relaxed);
                }},
               {"b",
                [this] {
                  const uint64_t first = shared_.x.load(memory_order_relaxed);
                  require(shared_.x.load(memory_order_relaxed) >= first, "a word went back");
                }}},
              {});
  EXPECT_EQ(result.violation, "");
  EXPECT_GT(result.executions, 5U);
}

TEST_F(ExplorerTest, ReportsPlainAccessesThatNothingOrders) {
  const auto run = [this](std::memory_order store) {
    return relaxed({{"a",
                     [=, this] {
                       shared_.plain = 1;
                       shared_.y.store(1, store);
                     }},
                    {"b",
                     [this] {
                       if (shared_.y.load(memory_order_acquire) == 1) {
                         seen_[0] = shared_.plain;
                       }
                     }}},
                   {});
  };
  EXPECT_NE(run(memory_order_relaxed).violation, "");
  EXPECT_EQ(run(memory_order_release).violation, "");
}

TEST_F(ExplorerTest, StopsAnActorBeforeEachOfItsWrites) {
  std::set<std::pair<uint64_t, uint64_t>> left;
  const Result result = explore({{"a",
                                  [this] {
                                    shared_.x = 1;
                                    shared_.plain = 1;
                                    shared_.y = 1;
                                  }}},
                                [&] {
                                  left.insert({shared_.x + shared_.plain * 10, shared_.y});
                                },
                                {.crash = true});
  EXPECT_EQ(result.crash_points, 3U);
  EXPECT_EQ(left, (std::set<std::pair<uint64_t, uint64_t>>{{0, 0}, {1, 0}, {11, 0}, {11, 1}}));
}

TEST_F(ExplorerTest, DropsTheLocksOfACrashedActor) {
  const auto add = [this] {
    Explorer::lock(0);
    shared_.x.store(shared_.x.load() + 1);
    Explorer::unlock(0);
  };
  const Result result =
      explore({{"a", add}, {"b", add, false}}, [this] { require(shared_.x >= 1 && shared_.x <= 2, "lost"); },
              {.crash = true});
  EXPECT_EQ(result.violation, "");
  const Result both =
      explore({{"a", add}, {"b", add}, {"c", add}}, [this] { require(shared_.x == 3, "lost"); });
  EXPECT_EQ(both.violation, "");
  EXPECT_EQ(both.executions - both.redundant, 6U);
}

TEST_F(ExplorerTest, TellsOfActorsThatWaitForEachOther) {
  const auto take = [](uint32_t first, uint32_t second) {
    return [=] {
      Explorer::lock(first);
      Explorer::lock(second);
      Explorer::unlock(second);
      Explorer::unlock(first);
    };
  };
  EXPECT_NE(explore({{"a", take(0, 1)}, {"b", take(1, 0)}}, {}).violation, "");
  EXPECT_EQ(explore({{"a", take(0, 1)}, {"b", take(0, 1)}}, {}).violation, "");
}

}  // namespace
}  // namespace remora::model
