#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "store/event_ring.hpp"
#include "support/test_state.hpp"

namespace remora::store {
namespace {

using test::TestState;

TEST(EventRingThreads, ShowWholeEventsInOrderWhileTheRingTurns) {
  TestState state;
  const History& history = state.history();
  constexpr uint32_t kWriters = 3;
  constexpr uint64_t kEach = 5'000;
  std::atomic<uint32_t> running{kWriters};
  std::vector<std::thread> writers;
  for (uint32_t w = 0; w < kWriters; ++w) {
    writers.emplace_back([&history, &running, w] {
      for (uint64_t i = 0; i < kEach; ++i) {
        Event event;
        event.agent = w;
        event.detail[0] = i;
        event.detail[1] = ~i ^ w;
        event.value = static_cast<double>(i) * 2;
        publish_event(history, event);
      }
      running.fetch_sub(1);
    });
  }
  uint64_t cursor = 1;
  uint64_t read = 0;
  uint64_t next[kWriters] = {};
  bool last_round = false;
  for (;;) {
    Event event;
    const ReadEvent result = read_event(history, cursor, &event);
    if (result == ReadEvent::kNotYet) {
      if (last_round && cursor > last_event(history)) {
        break;
      }
      last_round = running.load() == 0;
      continue;
    }
    if (result == ReadEvent::kRead) {
      ASSERT_LT(event.agent, kWriters);
      EXPECT_EQ(event.detail[1], ~event.detail[0] ^ event.agent);
      EXPECT_EQ(event.value, static_cast<double>(event.detail[0]) * 2);
      EXPECT_GE(event.detail[0], next[event.agent]) << "one writer's events stay in its order";
      next[event.agent] = event.detail[0] + 1;
      ++read;
    }
    ++cursor;
  }
  for (std::thread& writer : writers) {
    writer.join();
  }
  EXPECT_GT(read, history.capacities.events / 2);
  EXPECT_GE(last_event(history), kWriters * kEach);
}

}  // namespace
}  // namespace remora::store
