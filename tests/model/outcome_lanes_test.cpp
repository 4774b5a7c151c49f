// Outcome records: claimed by the lane's head, filled, committed; given up by the folder when their writer
// dies or stands still.
#include <gtest/gtest.h>

#include <algorithm>

#include "model/small_state.hpp"
#include "store/outcome_lanes.hpp"

namespace remora::model {
namespace {

using store::CommitState;
using store::CommitWord;
using store::OutcomeRecord;
using store::ReadOutcome;

class LanesModel : public testing::Test {
 protected:
  explicit LanesModel(uint32_t slots) : small_({.lanes = 1, .lane_slots = slots}) {
    begin_ = [this] {
      acknowledged_.fill(0);
      counted_.fill(0);
      next_ = 0;
    };
  }

  // Appends outcomes first .. last, told apart by their decision's number.
  Actor writer(std::string name, uint32_t owner, uint64_t first, uint64_t last) {
    return {std::move(name), [this, owner, first, last] {
              for (uint64_t id = first; id <= last; ++id) {
                OutcomeRecord image{};
                image.decision_id = id;
                image.key = id * 1000;
                store::append_outcome(small_.history, 0, owner, 1, image, nullptr);
                ++acknowledged_[id];
              }
            }};
  }

  // Counts the next record, as a folder does whose patience is at an end. False before one that is not there.
  bool count_next() {
    if (next_ >= small_.history.lanes[0].head.load(std::memory_order_acquire)) {
      return false;
    }
    OutcomeRecord copy;
    uint32_t owner = 0;
    const ReadOutcome read = store::read_outcome(small_.history, 0, next_, &copy, &owner);
    if (read == ReadOutcome::kUnfinished) {
      store::pad_outcome(small_.history, 0, next_);
      return true;  // looks again: padded, or committed meanwhile
    }
    if (read == ReadOutcome::kRead) {
      require(copy.decision_id < counted_.size() && copy.key == copy.decision_id * 1000,
              "two records in one");
      ++counted_[copy.decision_id];
    }
    ++next_;
    return true;
  }
  Actor folder(uint32_t looks) {
    return {"folder",
            [this, looks] {
              for (uint32_t i = 0; i < looks; ++i) {
                count_next();
              }
            },
            false};
  }

  SmallState small_;
  std::array<uint32_t, 8> acknowledged_{}, counted_{};
  uint64_t next_ = 0;
  std::function<void()> begin_;
};

struct WideLane : LanesModel {
  WideLane() : LanesModel(8) {}

  Model model(uint32_t looks) {
    return {"append, read and give up",
            begin_,
            {writer("first", 0, 1, 1), writer("second", 1, 2, 2), folder(looks)},
            [this] {
              while (count_next()) {
              }
              for (uint64_t id = 0; id < 8; ++id) {
                require(counted_[id] <= 1, "an outcome counts twice");
                require(counted_[id] >= acknowledged_[id], "an acknowledged outcome does not count");
              }
            }};
  }
  Model pair() {
    Model two = model(3);
    two.actors.erase(two.actors.begin() + 1);
    return two;
  }
};

TEST_F(WideLane, CountsWhatIsAcknowledgedOnce) {
  EXPECT_EQ(explore(small_, model(3), {.crash = true}).violation, "");
  EXPECT_EQ(explore(small_, pair(), {.order = Order::kRelaxed}).violation, "");
  EXPECT_EQ(explore(small_, model(2), {.order = Order::kRelaxed, .preemptions = bound(2)}).violation, "");
}

TEST_F(WideLane, BreaksWithoutItsOrder) {
  const Options relaxed{.order = Order::kRelaxed};
  EXPECT_TRUE(is_found(small_, pair(), relaxed,
                       {"a record is committed without release", Break::kWeaken, "outcome.commit",
                        Kind::kCompareExchange, std::memory_order_release}));
  EXPECT_TRUE(is_found(small_, pair(), relaxed,
                       {"a record is read without acquire", Break::kWeaken, "outcome.commit", Kind::kLoad,
                        std::memory_order_acquire}));
  EXPECT_TRUE(is_found(small_, pair(), {},
                       {"a record is committed although it was given up", Break::kForce, "outcome.commit",
                        Kind::kCompareExchange, std::memory_order_release}));
  EXPECT_TRUE(is_found(small_, pair(), {},
                       {"a record is given up although it was committed",
                        Break::kForce,
                        "outcome.commit",
                        Kind::kCompareExchange,
                        std::memory_order_acq_rel,
                        std::memory_order_relaxed,
                        {},
                        1}));
}

// Few slots: a record takes the place of one before.
struct NarrowLane : LanesModel {
  explicit NarrowLane(uint32_t slots = 2) : LanesModel(slots) {}

  Model lap(std::vector<Actor> actors) {
    Model model{"writers a lap apart",
                [this] {
                  begin_();
                  reached_.fill(0);
                },
                std::move(actors),
                [this] {
                  while (count_next()) {
                  }
                  require(*std::max_element(counted_.begin(), counted_.end()) <= 1,
                          "an outcome counts twice");
                }};
    model.at_every_step = [this] {
      for (uint32_t i = 0; i < small_.history.capacities.lane_slots; ++i) {
        const auto word = CommitWord::unpack(small_.history.outcomes[i].commit.load());
        const uint64_t reached = word.state == CommitState::kEmpty ? 0 : word.position + 1;
        require(reached >= reached_[i], "a late writer took a place of the lap before");
        reached_[i] = reached;
      }
    };
    return model;
  }
  std::array<uint64_t, 2> reached_{};
};

TEST_F(NarrowLane, TakesNoPlaceThatALaterLapHas) {
  const Model three = lap({writer("slow", 0, 1, 1), writer("fast", 1, 2, 4), folder(4)});
  EXPECT_EQ(explore(small_, three, {.preemptions = bound(2)}).violation, "");
}

struct LaneOfOne : NarrowLane {
  LaneOfOne() : NarrowLane(1) {}
};

TEST_F(LaneOfOne, TellsALaterLapFromDamage) {
  // Bounded: they may overtake each other for ever.
  const Model two = lap({writer("slow", 0, 1, 1), writer("fast", 1, 2, 2)});
  const Options relaxed{.order = Order::kRelaxed, .preemptions = bound(2)};
  EXPECT_EQ(explore(small_, two, relaxed).violation, "");
  EXPECT_TRUE(is_found(small_, two, relaxed,
                       {"a later lap's word is read without acquire", Break::kWeaken, "outcome.commit",
                        Kind::kLoad, std::memory_order_acquire}));
}

}  // namespace
}  // namespace remora::model
