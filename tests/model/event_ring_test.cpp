// The event ring: writers take a sequence, claim its record, fill and commit it; the oldest gives way; a
// reader sees an event whole or not at all.
#include <gtest/gtest.h>

#include "model/small_state.hpp"
#include "store/event_ring.hpp"

namespace remora::model {
namespace {

using store::Event;
using store::ReadEvent;

class EventModel : public testing::Test {
 protected:
  explicit EventModel(uint32_t events = 4) : small_({.events = events}) {
    begin_ = [this] {
      published_.fill(0);
      read_.fill(0);
      cursor_ = 1;
    };
  }

  Actor writer(std::string name, uint64_t first, uint64_t last) {
    return {std::move(name), [this, first, last] {
              for (uint64_t id = first; id <= last; ++id) {
                Event event;
                event.when_ns = static_cast<int64_t>(id);
                event.detail[0] = id * 1000;
                published_[id] = store::publish_event(small_.history, event);
              }
            }};
  }
  // Goes on reading until there is nothing yet. One reader, whose last part is the check.
  void read(uint32_t looks) {
    for (uint32_t i = 0; i < looks; ++i) {
      Event event;
      const ReadEvent result = store::read_event(small_.history, cursor_, &event);
      if (result == ReadEvent::kNotYet) {
        return;
      }
      if (result == ReadEvent::kRead) {
        const auto id = static_cast<uint64_t>(event.when_ns);
        require(id < read_.size() && event.detail[0] == id * 1000, "two events in one");
        ++read_[id];
      }
      ++cursor_;
    }
  }
  Actor reader(uint32_t looks) {
    return {"reader", [this, looks] { read(looks); }, false};
  }
  // What a patient housekeeper does, twice, so that its patience comes to an end.
  void settle() {
    store::EventMemory memory;
    store::settle_events(small_.history, 1, memory);
    store::settle_events(small_.history, 10'000'000'000, memory);
  }

  SmallState small_;
  std::array<uint64_t, 8> published_{};
  std::array<uint32_t, 8> read_{};
  uint64_t cursor_ = 1;
  std::function<void()> begin_;
};

struct WideRing : EventModel {
  void check() {
    settle();
    read(100);
    require(cursor_ == store::last_event(small_.history) + 1, "a reader cannot get past an unfinished event");
    for (uint64_t id = 0; id < 8; ++id) {
      require(read_[id] <= 1, "an event is there twice");
      require(published_[id] == 0 || read_[id] == 1, "a published event never shows");
    }
  }
  Model model() {
    return {"event ring", begin_, {writer("first", 1, 1), writer("second", 2, 2), reader(2)}, [this] {
              check();
            }};
  }
  Model pair() {
    return {"event ring, one writer", begin_, {writer("writer", 1, 1), reader(1)}, [this] { check(); }};
  }
  Model settled() {
    return {"event ring, given up while it is written",
            begin_,
            {writer("writer", 1, 1),
             {"housekeeper",
              [this] {
                settle();
                read(1);
              },
              false}},
            [this] { check(); }};
  }
};

TEST_F(WideRing, ShowsEventsWhole) {
  EXPECT_EQ(explore(small_, model(), {.crash = true}).violation, "");
  EXPECT_EQ(explore(small_, settled(), {.crash = true}).violation, "");
  EXPECT_EQ(explore(small_, pair(), {.order = Order::kRelaxed}).violation, "");
  EXPECT_EQ(explore(small_, settled(), {.order = Order::kRelaxed}).violation, "");
}

TEST_F(WideRing, BreaksWithoutItsOrder) {
  EXPECT_TRUE(is_found(small_, settled(), {},
                       {"an event is committed although it was given up", Break::kForce, "event.commit",
                        Kind::kCompareExchange, std::memory_order_release}));
  EXPECT_TRUE(is_found(small_, settled(), {},
                       {"an event is given up although it was committed", Break::kForce, "event.commit",
                        Kind::kCompareExchange, std::memory_order_acq_rel}));
  EXPECT_TRUE(is_found(small_, pair(), {.order = Order::kRelaxed},
                       {"an event is committed without release", Break::kWeaken, "event.commit",
                        Kind::kCompareExchange, std::memory_order_release}));
}

struct NarrowRing : EventModel {
  NarrowRing() : EventModel(2) {}
};

TEST_F(NarrowRing, MixesNoEventsOfTwoLaps) {
  const Model model{
      "event ring, a lap apart", begin_, {writer("slow", 1, 1), writer("fast", 2, 4), reader(3)}, [this] {
        settle();
        read(100);
        for (const uint32_t times : read_) {
          require(times <= 1, "an event is there twice");
        }
      }};
  EXPECT_EQ(explore(small_, model, {.crash = true, .preemptions = bound(2)}).violation, "");
}

}  // namespace
}  // namespace remora::model
