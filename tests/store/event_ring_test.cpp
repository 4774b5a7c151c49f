#include "store/event_ring.hpp"

#include <gtest/gtest.h>

#include "support/test_state.hpp"

namespace remora::store {
namespace {

using test::TestState;

constexpr int64_t kSecond = 1'000'000'000;
constexpr uint64_t kWriting = 1ULL << 63;

Event event_of(double value) {
  Event event;
  event.kind = EventKind::kVariantBlocked;
  event.severity = Severity::kWarning;
  event.when_ns = 17;
  event.agent = 3;
  event.variant = 4;
  event.rollout = 5;
  event.stage = 6;
  event.reason = -7;
  event.value = value;
  event.threshold = value / 2;
  event.detail[0] = 8;
  event.detail[1] = 9;
  return event;
}

// Leaves the next event as a process leaves it that dies before it is complete.
uint64_t die_while_publishing(const History& history, bool claimed) {
  const uint64_t sequence = history.control->event_head.fetch_add(1) + 1;
  if (claimed) {
    history.events[sequence & (history.capacities.events - 1)].commit.store(kWriting | (sequence + 1));
  }
  return sequence;
}

TEST(EventRing, IsEmptyAtFirst) {
  const TestState state;
  EXPECT_LT(last_event(state.history()), first_event(state.history()));
  Event event;
  EXPECT_EQ(read_event(state.history(), 1, &event), ReadEvent::kNotYet);
  EXPECT_EQ(read_event(state.history(), 0, &event), ReadEvent::kGone);
}

TEST(EventRing, GivesBackEveryField) {
  const TestState state;
  EXPECT_EQ(publish_event(state.history(), event_of(0.5)), 1U);
  EXPECT_EQ(publish_event(state.history(), event_of(0.25)), 2U);
  Event event;
  ASSERT_EQ(read_event(state.history(), 2, &event), ReadEvent::kRead);
  EXPECT_EQ(event.sequence, 2U);
  EXPECT_EQ(event.kind, EventKind::kVariantBlocked);
  EXPECT_EQ(event.severity, Severity::kWarning);
  EXPECT_EQ(event.when_ns, 17);
  EXPECT_EQ(event.agent, 3U);
  EXPECT_EQ(event.variant, 4U);
  EXPECT_EQ(event.rollout, 5U);
  EXPECT_EQ(event.stage, 6U);
  EXPECT_EQ(event.reason, -7);
  EXPECT_EQ(event.value, 0.25);
  EXPECT_EQ(event.threshold, 0.125);
  EXPECT_EQ(event.detail[0], 8U);
  EXPECT_EQ(event.detail[1], 9U);
}

TEST(EventRing, KeepsTheNewestAndSaysWhichAreGone) {
  const TestState state;
  const uint64_t size = state.history().capacities.events;
  for (uint64_t i = 1; i <= 3 * size; ++i) {
    publish_event(state.history(), event_of(static_cast<double>(i)));
  }
  EXPECT_EQ(last_event(state.history()), 3 * size);
  EXPECT_EQ(first_event(state.history()), 2 * size + 1);
  Event event;
  EXPECT_EQ(read_event(state.history(), 2 * size, &event), ReadEvent::kGone);
  for (uint64_t i = 2 * size + 1; i <= 3 * size; ++i) {
    ASSERT_EQ(read_event(state.history(), i, &event), ReadEvent::kRead);
    EXPECT_EQ(event.value, static_cast<double>(i));
  }
}

TEST(EventRing, PassesWhatADeadWriterLeftAfterFiveSeconds) {
  const TestState state;
  const History& history = state.history();
  publish_event(history, event_of(1));
  const uint64_t unclaimed = die_while_publishing(history, false);
  const uint64_t claimed = die_while_publishing(history, true);
  const uint64_t later = publish_event(history, event_of(2));
  EventMemory memory;
  Event event;
  settle_events(history, 100 * kSecond, memory);
  settle_events(history, 104 * kSecond, memory);
  EXPECT_EQ(read_event(history, unclaimed, &event), ReadEvent::kNotYet);
  EXPECT_EQ(read_event(history, claimed, &event), ReadEvent::kNotYet);
  settle_events(history, 105 * kSecond, memory);
  EXPECT_EQ(read_event(history, unclaimed, &event), ReadEvent::kGone);
  EXPECT_EQ(read_event(history, claimed, &event), ReadEvent::kGone) << "it had waited as long";
  EXPECT_EQ(read_event(history, later, &event), ReadEvent::kRead);
}

TEST(EventRing, WaitsAnewForAnEventThatBeganLater) {
  const TestState state;
  const History& history = state.history();
  EventMemory memory;
  die_while_publishing(history, true);
  settle_events(history, 100 * kSecond, memory);
  const uint64_t younger = die_while_publishing(history, true);
  settle_events(history, 105 * kSecond, memory);
  Event event;
  EXPECT_EQ(read_event(history, younger, &event), ReadEvent::kNotYet);
  settle_events(history, 109 * kSecond, memory);
  EXPECT_EQ(read_event(history, younger, &event), ReadEvent::kNotYet);
  settle_events(history, 110 * kSecond, memory);
  EXPECT_EQ(read_event(history, younger, &event), ReadEvent::kGone);
}

TEST(EventRing, SettlesUpToTheLastNumberThatThereCanBe) {
  const TestState state;
  state.history().control->event_head.store(UINT64_MAX);
  EventMemory memory;
  settle_events(state.history(), 100 * kSecond, memory);
  settle_events(state.history(), 200 * kSecond, memory);
  EXPECT_LT(memory.settled, UINT64_MAX);
}

TEST(EventRing, PublishesAnewWhereItsPlaceWasGivenUp) {
  const TestState state;
  const History& history = state.history();
  constexpr uint64_t kGivenUp = 1ULL << 62;
  history.events[1].commit.store(kGivenUp | 2);
  const uint64_t sequence = publish_event(history, event_of(4));
  EXPECT_EQ(sequence, 2U);
  Event event;
  EXPECT_EQ(read_event(history, 1, &event), ReadEvent::kGone);
  EXPECT_EQ(read_event(history, 2, &event), ReadEvent::kRead);
}

// As many bytes alike leave them.
TEST(EventRing, PublishesAtOnceOverNumbersThatCannotBe) {
  const TestState state;
  const History& history = state.history();
  for (uint32_t i = 0; i < history.capacities.events; ++i) {
    history.events[i].commit.store(0x1717'1717'1717'1717);
  }
  const uint64_t sequence = publish_event(history, event_of(5));
  EXPECT_EQ(sequence, 1U);
  Event event;
  ASSERT_EQ(read_event(history, sequence, &event), ReadEvent::kRead);
  EXPECT_EQ(event.value, 5);
}

TEST(EventRing, ShowsNoEventWithAnyByteChanged) {
  const TestState state;
  const uint64_t sequence = publish_event(state.history(), event_of(3));
  auto* bytes = reinterpret_cast<unsigned char*>(&state.history().events[sequence]);
  constexpr size_t kEnd = offsetof(EventRecord, detail) + sizeof(EventRecord::detail);
  for (size_t i = sizeof(Word); i < kEnd; ++i) {
    bytes[i] ^= 0x40;
    Event event;
    EXPECT_EQ(read_event(state.history(), sequence, &event), ReadEvent::kGone) << "byte " << i;
    bytes[i] ^= 0x40;
  }
  Event event;
  EXPECT_EQ(read_event(state.history(), sequence, &event), ReadEvent::kRead);
}

}  // namespace
}  // namespace remora::store
