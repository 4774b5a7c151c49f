// What the 64 bits of each shared word mean. Packing and unpacking only: pure functions on numbers.
#pragma once

#include <bit>
#include <cstdint>

#include "store/settings.hpp"

namespace remora::store {

// No learned value is larger: rewards and discounts are bounded. What is, stands in a damaged file.
inline constexpr float kLargestValue = 1e6F;

// A learned value: one word, so that no cell is ever half written. The visit count is the version of the
// optimistic update.
struct QCell {
  float q;  // no initial values: route reads up to 64 cells into place, and QCell{} is the unseen one
  uint32_t visits;

  static QCell unpack(uint64_t word) {
    return {std::bit_cast<float>(static_cast<uint32_t>(word)), static_cast<uint32_t>(word >> 32)};
  }
  uint64_t pack() const { return std::bit_cast<uint32_t>(q) | static_cast<uint64_t>(visits) << 32; }

  // The bits of a float's magnitude order as the magnitude does, NaN above all.
  static bool in_range(uint64_t word) {
    return (word & 0x7FFFFFFF) <= std::bit_cast<uint32_t>(kLargestValue);
  }
  // Learned, and in range: what is not counts as never tried.
  static bool usable(uint64_t word) { return word >> 32 != 0 && in_range(word); }
};

// Two floats in one word.
struct FloatPair {
  float first = 0, second = 0;

  static FloatPair unpack(uint64_t word) {
    return {std::bit_cast<float>(static_cast<uint32_t>(word)),
            std::bit_cast<float>(static_cast<uint32_t>(word >> 32))};
  }
  uint64_t pack() const {
    return std::bit_cast<uint32_t>(first) | static_cast<uint64_t>(std::bit_cast<uint32_t>(second)) << 32;
  }
};

// What was made of an agent last: verdict (4 bits) | outcomes at the last change of its rewards | outcomes
// when the verdict was told; 30 bits each, modulo 2^30, 0 = never.
struct VerdictWord {
  uint32_t verdict = 0;  // remora_verdict
  uint32_t changed_at = 0, told_at = 0;

  static constexpr uint32_t kMask = (1U << 30) - 1;

  static uint32_t mark_of(uint64_t outcomes) {
    const auto mark = static_cast<uint32_t>(outcomes & kMask);
    return mark == 0 ? 1 : mark;
  }
  static uint32_t since(uint64_t outcomes, uint32_t mark) {
    return (static_cast<uint32_t>(outcomes & kMask) - mark) & kMask;
  }
  uint64_t pack() const {
    return (verdict & 0xF) | static_cast<uint64_t>(changed_at & kMask) << 4 |
           static_cast<uint64_t>(told_at & kMask) << 34;
  }
  static VerdictWord unpack(uint64_t w) {
    return {static_cast<uint32_t>(w & 0xF), static_cast<uint32_t>(w >> 4 & kMask),
            static_cast<uint32_t>(w >> 34 & kMask)};
  }
};

// Two counts in one word.
struct CountPair {
  uint32_t first = 0, second = 0;

  static CountPair unpack(uint64_t word) {
    return {static_cast<uint32_t>(word), static_cast<uint32_t>(word >> 32)};
  }
  uint64_t pack() const { return first | static_cast<uint64_t>(second) << 32; }
};

// Which state a row holds: agent, task type, set of labels, and which 6 variants (segment). Exact, so that
// two states never share a row; never 0 because agents count from 1 here.
struct StateKey {
  uint32_t agent = 0;      // index, < 65,534
  uint32_t task_type = 0;  // index, < 65,536; kParentTask = the agent over all its tasks
  uint32_t context = 0;    // place of the label set + 1, < 2^24; 0 = no labels
  uint32_t segment = 0;    // variant / 6

  static constexpr uint32_t kParentTask = 0xFFFF;
  // With kParentTask: what the agent saw itself, where its parents have a say in the row without a context.
  static constexpr uint32_t kOwnContext = 0xFFFFFE;

  uint64_t pack() const {
    return static_cast<uint64_t>(agent + 1) | static_cast<uint64_t>(task_type) << 16 |
           static_cast<uint64_t>(context) << 32 | static_cast<uint64_t>(segment) << 56;
  }
  static StateKey unpack(uint64_t key) {
    return {static_cast<uint32_t>(key & 0xFFFF) - 1, static_cast<uint32_t>(key >> 16 & 0xFFFF),
            static_cast<uint32_t>(key >> 32 & 0xFFFFFF), static_cast<uint32_t>(key >> 56)};
  }
  // The row of its agent over all its tasks.
  static uint64_t parent_of(uint64_t key, uint32_t context) {
    return (key & 0xFFFF) | static_cast<uint64_t>(kParentTask) << 16 | static_cast<uint64_t>(context) << 32;
  }
  static uint64_t with_segment(uint64_t key, uint32_t segment) {
    return (key & 0x00FFFFFFFFFFFFFFULL) | static_cast<uint64_t>(segment) << 56;
  }
};

// Life of a ledger slot. Filling and applying belong to one process until it dies.
enum class SlotState : uint32_t {
  kFree = 0,
  kFilling = 1,
  kPending = 2,
  kApplying = 3,
  kDone = 4,
  kAbandoned = 5,
  kWritten = 6  // its record is committed, but who wrote it died before he had judged it
};

// tag (33 bits, unguessable, never 0 in use) | turn (8 bits) | owner process slot (8 bits) | state
//
// The turn grows each time the slot is taken from a dead owner. Process numbers are given again: without it,
// the word of the next owner of the same number could not be told from the dead one's.
struct SlotWord {
  uint64_t tag = 0;
  uint32_t owner = 0;
  SlotState state = SlotState::kFree;
  uint32_t turn = 0;

  uint64_t pack() const {
    return tag << 20 | static_cast<uint64_t>(turn & 0xFF) << 12 | static_cast<uint64_t>(owner & 0xFF) << 4 |
           static_cast<uint64_t>(state);
  }
  static SlotWord unpack(uint64_t word) {
    return {word >> 20, static_cast<uint32_t>(word >> 4 & 0xFF), static_cast<SlotState>(word & 0xF),
            static_cast<uint32_t>(word >> 12 & 0xFF)};
  }
};
static_assert(kMaxProcesses <= 256, "an owner is 8 bits");

// A decision id is tag << 20 | slot: below 2^53, unguessable without the directory's secret.
inline constexpr uint32_t kSlotBits = 20;
inline constexpr uint64_t kTagMask = (1ULL << 33) - 1;
inline uint64_t decision_id(uint64_t tag, uint64_t slot) { return tag << kSlotBits | slot; }

// A variant's number as a file holds it in a byte: in range whatever the byte is, so that it can be shifted
// and indexed by. `none` is the one value beyond.
inline uint32_t variant_in_range(uint32_t byte, uint32_t none) {
  return byte == none ? none : byte & (kMaxVariants - 1);
}

// What a decision was, as SlotChoice::flags keeps it; numbered as remora_decision_flag.
enum DecisionFlags : uint32_t {
  kDecisionExplored = 1U << 0,
  kDecisionMonitor = 1U << 1,
  kDecisionShadow = 1U << 2,
  kDecisionCanary = 1U << 3,
  kDecisionSafetyFallback = 1U << 4,
  kDecisionTableFull = 1U << 5,
  kDecisionControlOff = 1U << 6,
  kDecisionUntracked = 1U << 7,
  kDecisionUnseen = 1U << 8,
  kDecisionMasked = 1U << 9,
  kDecisionControlArm = 1U << 10,
  kDecisionLearningOff = 1U << 11
};

struct SlotChoice {
  uint32_t variant = 0, learned = 0, shadow = kNoVariant, reason = 0;
  uint32_t flags = 0;  // remora_decision_flag, 16 bits
  uint32_t stage = 0, mode = 0;
  uint32_t rollout = kNoRollout;

  static constexpr uint32_t kNoRollout = 0xFF;

  bool is_shadow() const { return shadow == variant; }  // the slot is that of a decision's shadow run
  uint64_t pack() const {
    return variant | static_cast<uint64_t>(learned) << 8 | static_cast<uint64_t>(shadow) << 16 |
           static_cast<uint64_t>(reason & 0xFF) << 24 | static_cast<uint64_t>(flags & 0xFFFF) << 32 |
           static_cast<uint64_t>(stage & 0xF) << 48 | static_cast<uint64_t>(mode & 0xF) << 52 |
           static_cast<uint64_t>(rollout) << 56;
  }
  static SlotChoice unpack(uint64_t w) {
    const auto bits = [w](unsigned shift, uint64_t mask) { return static_cast<uint32_t>(w >> shift & mask); };
    return {bits(0, kMaxVariants - 1),
            bits(8, kMaxVariants - 1),
            variant_in_range(bits(16, 0xFF), kNoVariant),
            bits(24, 0xFF),
            bits(32, 0xFFFF),
            bits(48, 0xF),
            bits(52, 0xF),
            bits(56, 0xFF)};
  }
};

// decided at (ms since the epoch, 48 bits) | epoch of the rollout then (8 bits) | reports taken (8 bits)
struct SlotWhen {
  int64_t ms = 0;
  uint32_t rollout_epoch = 0;
  uint32_t reports = 0;  // bit i: report number i was taken; 0 = the decision takes no second one

  uint64_t pack() const {
    return static_cast<uint64_t>(ms) << 16 | static_cast<uint64_t>(rollout_epoch & 0xFF) << 8 |
           (reports & 0xFF);
  }
  static SlotWhen unpack(uint64_t w) {
    return {static_cast<int64_t>(w >> 16), static_cast<uint32_t>(w >> 8 & 0xFF),
            static_cast<uint32_t>(w & 0xFF)};
  }
};

// generation (24 bits) | lane (4 bits) | position in the lane (36 bits)
struct OutcomePlace {
  uint64_t generation = 0;
  uint32_t lane = 0;
  uint64_t position = 0;

  static constexpr uint64_t kPositionMask = (1ULL << 36) - 1;

  uint64_t pack() const {
    return (generation & 0xFFFFFF) << 40 | static_cast<uint64_t>(lane & 0xF) << 36 |
           (position & kPositionMask);
  }
  static OutcomePlace unpack(uint64_t w) {
    return {w >> 40, static_cast<uint32_t>(w >> 36 & 0xF), w & kPositionMask};
  }
};

// The last 64 outcomes of a variant, newest in bit 0, 1 = success. How many of the bits count,
// BlockWord::count says.
struct RecentWord {
  static constexpr uint64_t kEmpty = 0;

  // Successes among the newest `lookback` outcomes; `lookback` at most BlockWord::count.
  static uint32_t successes(uint64_t word, uint32_t lookback) {
    const uint64_t mask = lookback >= 64 ? ~0ULL : (1ULL << lookback) - 1;
    return static_cast<uint32_t>(std::popcount(word & mask));
  }
  static uint64_t push(uint64_t word, bool success) { return word << 1 | (success ? 1U : 0U); }
};

// since (seconds) | reason (remora_safety_reason; 0 = not blocked) | relapses | flags | outcomes in
// RecentWord (0 .. 64)
//
// The number of outcomes stands here rather than in RecentWord, so that one store empties the window together
// with whatever else changes. A bit is pushed before it is counted: the newest `count` bits are always real
// outcomes, and a process that dies in between costs the window its oldest one.
struct BlockWord {
  uint32_t since_s = 0;
  uint32_t reason = 0;
  uint32_t relapses = 0;
  bool probation = false;  // let back in, blocked at the first relapse
  bool tolerated = false;  // would be blocked, but nothing else is left to run
  uint32_t count = 0;      // outcomes in RecentWord
  bool pardoned = false;   // kept out still, but a new rollout of it begins and will let it in

  uint64_t pack() const {
    return since_s | static_cast<uint64_t>(reason & 0xFF) << 32 |
           static_cast<uint64_t>(relapses & 0xFF) << 40 | static_cast<uint64_t>(probation) << 48 |
           static_cast<uint64_t>(tolerated) << 49 | static_cast<uint64_t>(count & 0x7F) << 50 |
           static_cast<uint64_t>(pardoned) << 57;
  }
  static BlockWord unpack(uint64_t w) {
    const auto count = static_cast<uint32_t>(w >> 50 & 0x7F);
    return {static_cast<uint32_t>(w),
            static_cast<uint32_t>(w >> 32 & 0xFF),
            static_cast<uint32_t>(w >> 40 & 0xFF),
            (w >> 48 & 1) != 0,
            (w >> 49 & 1) != 0,
            count > 64 ? 64 : count,
            (w >> 57 & 1) != 0};
  }
};

// baseline | safe variant | number of variants
struct ChoiceWord {
  uint32_t baseline = 0, safe = 0, count = 0;

  // A bit for each of so many variants.
  static uint64_t mask_of(uint32_t count) { return count >= kMaxVariants ? ~0ULL : (1ULL << count) - 1; }

  uint64_t pack() const { return baseline | safe << 8 | static_cast<uint64_t>(count) << 16; }
  static ChoiceWord unpack(uint64_t w) {
    return {static_cast<uint32_t>(w & (kMaxVariants - 1)), static_cast<uint32_t>(w >> 8 & (kMaxVariants - 1)),
            static_cast<uint32_t>(w >> 16 & 0xFF)};
  }
};

// The one truth about a rollout. Its epoch grows with each change, and tags everything counted for it.
struct RolloutStateWord {
  uint32_t since_s = 0;
  uint32_t epoch = 0;  // 8 bits
  uint32_t reason = 0, stage = 0;
  uint32_t state = 0;  // remora_rollout_state

  uint64_t pack() const {
    return since_s | static_cast<uint64_t>(epoch & 0xFF) << 32 | static_cast<uint64_t>(reason & 0xFF) << 40 |
           static_cast<uint64_t>(stage & 0xF) << 48 | static_cast<uint64_t>(state & 0xF) << 52;
  }
  static RolloutStateWord unpack(uint64_t w) {
    const auto bits = [w](unsigned shift, uint64_t mask) { return static_cast<uint32_t>(w >> shift & mask); };
    return {static_cast<uint32_t>(w), bits(32, 0xFF), bits(40, 0xFF), bits(48, 0xF), bits(52, 0xF)};
  }
};

// What the hot path needs of an agent's rollout, derived from the record: 0 = no rollout.
struct RolloutWord {
  uint32_t state = 0, mode = 0, stage = 0;
  uint32_t share_basis_points = 0;
  uint32_t treatment = 0;  // variant, or kLearned
  uint32_t rollout = 0;    // index
  uint32_t epoch = 0;
  uint32_t reason = 0;

  static constexpr uint32_t kLearned = 0xFF;

  // Parts that are wanted alone.
  static bool present(uint64_t w) { return (w & 0xF) != 0; }
  static uint32_t rollout_of(uint64_t w) { return static_cast<uint32_t>(w >> 34 & 0xFF); }
  static uint32_t epoch_of(uint64_t w) { return static_cast<uint32_t>(w >> 42 & 0xFF); }

  uint64_t pack() const {
    return static_cast<uint64_t>(state & 0xF) | static_cast<uint64_t>(mode & 0xF) << 4 |
           static_cast<uint64_t>(stage & 0xF) << 8 |
           static_cast<uint64_t>(share_basis_points & 0x3FFF) << 12 |
           static_cast<uint64_t>(treatment & 0xFF) << 26 | static_cast<uint64_t>(rollout & 0xFF) << 34 |
           static_cast<uint64_t>(epoch & 0xFF) << 42 | static_cast<uint64_t>(reason & 0xFF) << 50;
  }
  static RolloutWord unpack(uint64_t w) {
    const auto bits = [w](unsigned shift, uint64_t mask) { return static_cast<uint32_t>(w >> shift & mask); };
    return {bits(0, 0xF),
            bits(4, 0xF),
            bits(8, 0xF),
            bits(12, 0x3FFF),
            variant_in_range(bits(26, 0xFF), kLearned),
            bits(34, 0xFF),
            bits(42, 0xFF),
            bits(50, 0xFF)};
  }
};

// Outcomes of one arm in one epoch: epoch | count (28 bits) | successes (28 bits), saturating.
struct ArmWord {
  uint32_t epoch = 0, count = 0, successes = 0;

  static constexpr uint32_t kLimit = (1U << 28) - 1;

  uint64_t pack() const {
    return static_cast<uint64_t>(epoch & 0xFF) << 56 | static_cast<uint64_t>(count) << 28 | successes;
  }
  static ArmWord unpack(uint64_t w) {
    return {static_cast<uint32_t>(w >> 56), static_cast<uint32_t>(w >> 28 & kLimit),
            static_cast<uint32_t>(w & kLimit)};
  }
  // One more outcome in `now_epoch`; counts of an older epoch are dropped.
  ArmWord with(uint32_t now_epoch, bool success) const {
    ArmWord next = epoch == now_epoch ? *this : ArmWord{now_epoch, 0, 0};
    if (next.count < kLimit) {
      ++next.count;
      next.successes += success ? 1U : 0U;
    }
    return next;
  }
};

// Facts of an outcome, as LedgerSlot::facts keeps them beside cost and quality.
enum OutcomeFacts : uint32_t {
  kOutcomeSuccess = 1,
  kOutcomeCritical = 2,
  kOutcomeViolation = 4,
  kOutcomeComplaint = 8,
  kOutcomeGraded = 16,
  kOutcomeRated = 32,
  kOutcomeByName = 64,
  kOutcomeLate = 128,
  kOutcomeShadow = 256,
  kOutcomeNoLearning = 512,
  kOutcomeExplored = 1024,
  kOutcomeOverdue = 2048,     // it did not come in time: what the agent's deadline counts it as
  kOutcomeReport = 4096,      // a later report of a decision that has its outcome; ReportMark says which
  kOutcomeJudging = 1U << 15  // in LedgerSlot::facts alone: safety and rollout may have counted it
};

struct SlotFacts {
  float cost_micros = 0;
  uint32_t quality_65535 = 0;
  uint32_t facts = 0;  // OutcomeFacts

  uint64_t pack() const {
    return std::bit_cast<uint32_t>(cost_micros) | static_cast<uint64_t>(quality_65535 & 0xFFFF) << 32 |
           static_cast<uint64_t>(facts & 0xFFFF) << 48;
  }
  static SlotFacts unpack(uint64_t w) {
    return {std::bit_cast<float>(static_cast<uint32_t>(w)), static_cast<uint32_t>(w >> 32 & 0xFFFF),
            static_cast<uint32_t>(w >> 48)};
  }
};

}  // namespace remora::store
