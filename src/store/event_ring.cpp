#include "store/event_ring.hpp"

#include <algorithm>
#include <cstring>

#include <xxhash.h>

#include "base/clock.hpp"

namespace remora::store {
namespace {

constexpr int64_t kPatienceNs = 5 * base::kNanosPerSecond;

// EventRecord::commit: the sequence + 1, with a mark while the event is being written or after it was given
// up.
constexpr uint64_t kWriting = 1ULL << 63;
constexpr uint64_t kGivenUp = 1ULL << 62;
constexpr uint64_t kNumber = kGivenUp - 1;

// No writer is so far ahead of another: a number beyond that is damage, and damage everywhere would be passed
// by one number at a time.
constexpr uint64_t kFarthestAhead = 1ULL << 20;

constexpr size_t kBodyOffset = sizeof(EventRecord::commit);
constexpr size_t kBodyEnd = offsetof(EventRecord, detail) + sizeof(EventRecord::detail);
constexpr size_t kWords = kBodyEnd / sizeof(uint64_t);

EventRecord& record_of(const History& history, uint64_t sequence) {
  return history.events[sequence & (history.capacities.events - 1)];
}

// Two writers a whole lap apart may meet in one record: what they left mixed shows in the checksum.
uint32_t checksum_of(const EventRecord& record, uint64_t sequence) {
  const auto* bytes = reinterpret_cast<const std::byte*>(&record);
  return static_cast<uint32_t>(XXH3_64bits_withSeed(bytes + kBodyOffset, kBodyEnd - kBodyOffset, sequence));
}

void make_image(const Event& event, uint64_t sequence, EventRecord& image) {
  image.when_ns = event.when_ns;
  image.kind = static_cast<uint32_t>(event.kind);
  image.severity = static_cast<uint32_t>(event.severity);
  image.agent = event.agent;
  image.variant = event.variant;
  image.rollout = event.rollout;
  image.stage = event.stage;
  image.reason = event.reason;
  image.value = event.value;
  image.threshold = event.threshold;
  image.detail[0] = event.detail[0];
  image.detail[1] = event.detail[1];
  image.checksum = 0;
  image.checksum = checksum_of(image, sequence);
}

void store_words(EventRecord& to, const EventRecord& from) {
  uint64_t words[kWords];
  std::memcpy(words, reinterpret_cast<const std::byte*>(&from), sizeof words);
  auto* out = reinterpret_cast<uint64_t*>(&to);
  for (size_t i = 1; i < kWords; ++i) {
    // Release: who reads one of these sees the claim of the commit word too.
    std::atomic_ref<uint64_t>(out[i]).store(words[i], std::memory_order_release);
  }
}

void load_words(EventRecord* to, EventRecord& from) {
  uint64_t words[kWords];
  auto* in = reinterpret_cast<uint64_t*>(&from);
  words[0] = 0;
  for (size_t i = 1; i < kWords; ++i) {
    // Acquire: the second look at the commit word stays behind all of these.
    words[i] = std::atomic_ref<uint64_t>(in[i]).load(std::memory_order_acquire);
  }
  std::memcpy(reinterpret_cast<std::byte*>(to), words, sizeof words);
}

// Writes the event of a sequence; false when its place has been given up or belongs to a later event already.
bool write_event(const History& history, uint64_t sequence, const Event& event) {
  EventRecord& record = record_of(history, sequence);
  uint64_t seen = record.commit.load(std::memory_order_relaxed);
  uint64_t writing = kWriting | (sequence + 1);
  do {
    if ((seen & kNumber) >= sequence + 1 && (seen & kNumber) - sequence <= kFarthestAhead) {
      return false;
    }
    // race: with who gives the place up, or a writer one lap away
  } while (!record.commit.compare_exchange_weak(seen, writing, std::memory_order_acquire,
                                                std::memory_order_relaxed));
  EventRecord image;
  make_image(event, sequence, image);
  store_words(record, image);
  // Release pairs with the acquire in read_event.
  return record.commit.compare_exchange_strong(writing, sequence + 1, std::memory_order_release,
                                               std::memory_order_relaxed);
}

}  // namespace

uint64_t publish_event(const History& history, const Event& event) {
  for (;;) {
    const uint64_t sequence = history.control->event_head.fetch_add(1, std::memory_order_acq_rel) + 1;
    if (write_event(history, sequence, event)) {
      return sequence;
    }
  }
}

ReadEvent read_event(const History& history, uint64_t sequence, Event* event) {
  if (sequence == 0 || sequence > last_event(history)) {
    return sequence == 0 ? ReadEvent::kGone : ReadEvent::kNotYet;
  }
  EventRecord& record = record_of(history, sequence);
  const uint64_t seen = record.commit.load(std::memory_order_acquire);
  if (seen != sequence + 1) {
    const bool waiting = (seen & kNumber) < sequence + 1 || seen == (kWriting | (sequence + 1));
    return waiting && sequence >= first_event(history) ? ReadEvent::kNotYet : ReadEvent::kGone;
  }
  EventRecord copy;
  load_words(&copy, record);
  const uint32_t checksum = copy.checksum;
  copy.checksum = 0;
  if (record.commit.load(std::memory_order_relaxed) != seen || checksum != checksum_of(copy, sequence)) {
    return ReadEvent::kGone;
  }
  *event = Event{sequence,
                 copy.when_ns,
                 static_cast<EventKind>(copy.kind),
                 static_cast<Severity>(copy.severity),
                 copy.agent,
                 copy.variant,
                 copy.rollout,
                 copy.stage,
                 copy.reason,
                 copy.value,
                 copy.threshold,
                 {copy.detail[0], copy.detail[1]}};
  return ReadEvent::kRead;
}

uint64_t first_event(const History& history) {
  const uint64_t last = last_event(history);
  return last < history.capacities.events ? 1 : last - history.capacities.events + 1;
}

uint64_t last_event(const History& history) {
  // The last number of all stands only in a damaged file: none would come after it.
  return std::min(history.control->event_head.load(std::memory_order_acquire), UINT64_MAX - 1);
}

void settle_events(const History& history, int64_t monotonic_ns, EventMemory& memory) {
  const uint64_t last = last_event(history);
  Event ignored;
  for (uint64_t sequence = std::max(first_event(history), memory.settled + 1); sequence <= last; ++sequence) {
    if (read_event(history, sequence, &ignored) != ReadEvent::kNotYet) {
      memory.settled = sequence;
      continue;
    }
    if (memory.stuck_sequence != sequence || sequence > memory.stuck_last) {
      memory.stuck_sequence = sequence;
      memory.stuck_last = last;
      memory.stuck_since_ns = monotonic_ns;
      return;
    }
    if (monotonic_ns - memory.stuck_since_ns < kPatienceNs) {
      return;
    }
    EventRecord& record = record_of(history, sequence);
    uint64_t seen = record.commit.load(std::memory_order_acquire);
    if (seen != sequence + 1) {  // race: finished since it was read
      record.commit.compare_exchange_strong(seen, kGivenUp | (sequence + 1), std::memory_order_acq_rel,
                                            std::memory_order_relaxed);
    }
    // What was unfinished when the wait began has waited as long.
    memory.settled = sequence;
    memory.stuck_sequence = sequence + 1;
  }
}

}  // namespace remora::store
