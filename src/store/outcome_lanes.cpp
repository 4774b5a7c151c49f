#include "store/outcome_lanes.hpp"

#include <cstring>
#include <type_traits>
#include <utility>

#include <xxhash.h>

namespace remora::store {
namespace {

constexpr size_t kBodyOffset = offsetof(OutcomeRecord, decision_id);
constexpr size_t kMetricsOffset = offsetof(OutcomeRecord, metric_index);
constexpr size_t kEnd = offsetof(OutcomeRecord, metrics) + sizeof(OutcomeRecord::metrics);
static_assert(kBodyOffset == 2 * sizeof(uint64_t));
static_assert(kMetricsOffset % sizeof(uint64_t) == 0 && kEnd % sizeof(uint64_t) == 0);

// Where a record's content ends: most outcomes carry no metrics, and are spared the room for them. Calls
// `with` with that place as a constant, so that the loops up to there are none.
template <typename With>
auto up_to_end(const OutcomeRecord& record, const With& with) {
  return record.metric_count == 0 ? with(std::integral_constant<size_t, kMetricsOffset>())
                                  : with(std::integral_constant<size_t, kEnd>());
}

// Holds for one position alone: a writer that was held up amid its stores may finish them in a record that a
// later lap has committed since, and must not pass for that one.
uint64_t body_checksum(const OutcomeRecord& record, uint64_t position) {
  return up_to_end(record, [&](auto end) {
    return XXH3_64bits_withSeed(reinterpret_cast<const std::byte*>(&record) + kBodyOffset, end - kBodyOffset,
                                position & OutcomePlace::kPositionMask);
  });
}

// Everything but the commit word is copied by words: a folder may read a record that is being overwritten a
// lap later, and then rejects what it read.
void store_words(OutcomeRecord& to, const OutcomeRecord& from) {
  const auto* in = reinterpret_cast<const std::byte*>(&from);
  auto* out = reinterpret_cast<uint64_t*>(&to);
  const auto store_word = [&](size_t i) {
    uint64_t word = 0;
    std::memcpy(&word, in + i * sizeof word, sizeof word);
    std::atomic_ref<uint64_t>(out[i]).store(word, std::memory_order_relaxed);
  };
  up_to_end(from, [&](auto end) {
    [&]<size_t... Before>(std::index_sequence<Before...>) { (store_word(Before + 1), ...); }
    (std::make_index_sequence<end / sizeof(uint64_t) - 1>());
  });
}

void set_generation(uint64_t number, OutcomeRecord* outcome) {
  outcome->generation[0] = static_cast<uint8_t>(number);
  outcome->generation[1] = static_cast<uint8_t>(number >> 8);
  outcome->generation[2] = static_cast<uint8_t>(number >> 16);
}

// Order of positions whose upper bits a commit word leaves out. Of two that lie half of all apart, as in a
// damaged file, each is before the other, so that a folder passes that record and does not wait for it.
bool is_before(uint64_t a, uint64_t b) {
  const uint64_t distance = (b - a) & OutcomePlace::kPositionMask;
  return distance != 0 && distance <= OutcomePlace::kPositionMask / 2 + 1;
}

// Whether a writer may no longer fill the place that it was given: it was padded while the writer was held
// up, and has been folded past, or a later lap's writer has it. No lap is later than the lane's head: a word
// beyond it is damage, and to wait until the head has passed it could take for ever. `seen` is read anew.
bool is_given_up(const History& history, uint32_t lane, uint64_t position, uint64_t& seen) {
  // Acquire pairs with the claim of whoever wrote this word: it had moved the head before.
  seen = history.outcome(lane, position).commit.load(std::memory_order_acquire);
  const uint64_t taken = CommitWord::unpack(seen).position;
  // race: with a writer one lap ahead
  return taken == (position & OutcomePlace::kPositionMask) ||
         (is_before(position, taken) &&
          is_before(taken, history.lanes[lane].head.load(std::memory_order_relaxed)));
}

void load_words(OutcomeRecord* to, OutcomeRecord& from) {
  uint64_t words[sizeof(OutcomeRecord) / 8];
  auto* in = reinterpret_cast<uint64_t*>(&from);
  words[0] = 0;
  for (size_t i = 1; i < sizeof words / 8; ++i) {
    // Acquire: the second look at the commit word stays behind all of these.
    words[i] = std::atomic_ref<uint64_t>(in[i]).load(std::memory_order_acquire);
  }
  std::memcpy(static_cast<void*>(to), words, sizeof words);
}

}  // namespace

void append_outcome(const History& history, uint32_t lane, uint32_t owner, uint64_t generation,
                    OutcomeRecord& image, Word* announce) {
  lane &= history.capacities.lanes - 1;
  set_generation(generation, &image);
  for (;;) {
    const uint64_t position = history.lanes[lane].head.fetch_add(1, std::memory_order_relaxed);
    OutcomeRecord& record = history.outcome(lane, position);
    if (announce != nullptr) {
      announce->store(OutcomePlace{generation, lane, position}.pack(), std::memory_order_relaxed);
    }
    uint64_t seen = record.commit.load(std::memory_order_relaxed);
    uint64_t filling = CommitWord{CommitState::kFilling, owner, position}.pack();
    const bool given_up = seen != 0 && !is_before(CommitWord::unpack(seen).position, position) &&
                          is_given_up(history, lane, position, seen);
    // Release keeps the announcement before the claim for whoever looks after a crash.
    // race: with who gives the place up, or a writer one lap away
    if (given_up || !record.commit.compare_exchange_strong(seen, filling, std::memory_order_acq_rel,
                                                           std::memory_order_relaxed)) {
      continue;
    }
    image.checksum = body_checksum(image, position);
    store_words(record, image);
    const uint64_t committed = CommitWord{CommitState::kCommitted, 0, position}.pack();
    // Release pairs with the acquire in read_outcome.
    // race: with who gives the place up
    if (record.commit.compare_exchange_strong(filling, committed, std::memory_order_release,
                                              std::memory_order_relaxed)) {
      return;
    }
    // Padded while this thread was held up: the record counts for nothing, so take a new place.
  }
}

ReadOutcome read_outcome(const History& history, uint32_t lane, uint64_t position, OutcomeRecord* copy,
                         uint32_t* owner) {
  OutcomeRecord& record = history.outcome(lane, position);
  const uint64_t first = record.commit.load(std::memory_order_acquire);
  const CommitWord word = CommitWord::unpack(first);
  const uint64_t masked = position & OutcomePlace::kPositionMask;
  if (word.position != masked || word.state == CommitState::kEmpty) {
    return is_before(masked, word.position) ? ReadOutcome::kOverwritten : ReadOutcome::kUnfinished;
  }
  if (word.state == CommitState::kPadded) {
    return ReadOutcome::kPadded;
  }
  if (word.state == CommitState::kFilling) {
    *owner = word.owner;
    return ReadOutcome::kUnfinished;
  }
  load_words(copy, record);
  // An overwriting lap changes the word before it writes; what slips through this look fails the checksum.
  if (record.commit.load(std::memory_order_relaxed) != first) {
    return ReadOutcome::kOverwritten;
  }
  return copy->checksum == body_checksum(*copy, position) ? ReadOutcome::kRead : ReadOutcome::kPadded;
}

bool read_announced(const History& history, const LedgerSlot& slot, uint64_t decision_id,
                    OutcomeRecord* copy) {
  const auto place = OutcomePlace::unpack(slot.outcome_at.load(std::memory_order_relaxed));
  uint32_t ignored = 0;
  return place.lane < history.capacities.lanes &&
         read_outcome(history, place.lane, place.position, copy, &ignored) == ReadOutcome::kRead &&
         copy->decision_id == decision_id;
}

bool pad_outcome(const History& history, uint32_t lane, uint64_t position) {
  OutcomeRecord& record = history.outcome(lane, position);
  uint64_t seen = record.commit.load(std::memory_order_acquire);
  const CommitWord word = CommitWord::unpack(seen);
  const bool later = is_before(position, word.position);  // a whole lap went by since the caller looked
  if (later || (word.state == CommitState::kCommitted && !is_before(word.position, position))) {
    return false;
  }
  return record.commit.compare_exchange_strong(seen, CommitWord{CommitState::kPadded, 0, position}.pack(),
                                               std::memory_order_acq_rel, std::memory_order_relaxed);
}

}  // namespace remora::store
