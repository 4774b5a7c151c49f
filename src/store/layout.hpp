// Every byte of the two mapped files, as structs: the twin of abi/state-file.md.
//
// Invariants that all of the store keeps:
//   1. What the hot path reads is one aligned 64-bit word, or never changes once published.
//   2. A word is legal on its own, whatever its neighbours hold: a process may die between any two stores.
//   3. Indices read from a file are masked or checked before use.
//   4. No lock, pid or reader count in a file.
// The history file holds what is never rolled back; a generation file holds the learned values and never
// changes shape.
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "store/settings.hpp"

namespace remora::store {

using Word = std::atomic<uint64_t>;
static_assert(Word::is_always_lock_free && sizeof(Word) == 8, "words are shared between processes");

inline constexpr uint64_t kHistoryMagic = 0x315453494841524DULL;     // "MRAHIST1" in memory order
inline constexpr uint64_t kGenerationMagic = 0x31524E454741524DULL;  // "MRAGENR1"
inline constexpr uint32_t kEndianTag = 0x01020304;
inline constexpr uint32_t kLayoutVersion = 1;
inline constexpr size_t kPage = 4096;
inline constexpr size_t kLine = 64;

// First page of either file: written before the file gets its name, never changed.
struct Identity {
  uint64_t magic;
  uint32_t endian_tag;
  uint32_t layout_version;
  uint64_t layout_hash;   // of struct sizes and capacities' meaning; differs = another build's layout
  uint64_t incompatible;  // feature bits: an unknown one refuses the file
  uint64_t compatible;    // feature bits: unknown ones may be ignored
  uint64_t file_size;
  uint64_t directory_id;  // random; a generation carries its history's
  uint64_t secret[2];     // keys of all hashing, random and odd (history only)
  int64_t created_ns;
  uint64_t generation;  // number (generation only)
  uint64_t states;      // row limit
  uint64_t rows;        // main rows, a power of two, at least twice `states` (generation only)
  uint32_t ledger_slots, names, contexts, agents;
  uint32_t variant_chunks, rollouts, events, lanes;
  uint32_t lane_slots, reserved;
  uint64_t checksum;  // XXH3-64 of all bytes before
};
static_assert(sizeof(Identity) == 152);

// ---------------------------------------------------------------- history: control
// The read-mostly line that every call loads. Nothing written per call lies within 128 bytes of it.
struct alignas(128) ControlLine {
  Word control;     // ControlBits
  Word generation;  // number of the generation in force
  Word roster;      // grows when agents, variants or rollouts change shape
  Word reserved[13];
};

enum ControlBits : uint64_t {
  kControlDisabled = 1,     // kill switch thrown by call
  kControlNoLearning = 2,   // learning switched off by call
  kControlModeMonitor = 4,  // mode set by call; off is kControlDisabled
};

// Counters by stripe: threads of all processes spread over them.
struct alignas(128) CounterStripe {
  Word decisions;
  Word outcomes;
  Word explored;
  Word untracked;
  Word refused;    // outcomes refused: repeats and unknown decisions
  Word expired;    // decisions overwritten before their outcome came
  Word abandoned;  // decisions that the host gave up
  Word overdue;    // decisions whose outcome did not come within the agent's deadline
  Word reports;    // later reports of decisions that had their outcome, joined with it
  Word reserved[7];
};
inline constexpr uint32_t kCounterStripes = 64;

struct ControlPage {
  ControlLine line;
  alignas(128) Word ledger_head;    // next block of ledger positions, in slots
  alignas(128) Word event_head;     // next event sequence
  alignas(128) Word fold_sequence;  // last fold applied completely
  Word fold_intent;                 // fold being applied; equals fold_sequence when none is
  Word last_snapshot_ns;
  Word last_tick_ns;
  Word highest_wall_ns;        // clocks may jump back; nothing that was over begins again
  Word snapshot_sequence;      // last given out
  Word active_identity;        // of the active.rsnap last dealt with
  Word table_full_generation;  // generation whose "table full" was told
  Word events_written;         // sequence up to which events.jsonl has them
  Word statistics_dropped;     // outcomes overwritten before they were folded
  Word boot;                   // machine boot during which the file was last opened
  Word clean;                  // 1 after the last process closed and synced; 0 while anybody has it open
  Word highest_wall_boot;      // boot clock when highest_wall_ns was set << 1 | 1 if a host gave that time
  Word ahead_ns;               // how far that was ahead of the wall clock, which had been set back
  Word fold_learned;           // outcomes of the fold being applied that the agents' values have learned
  Word fold_followed;          // last fold from which all that follows was worked out
  CounterStripe stripes[kCounterStripes];
};

// One lane of outcome records. Positions grow for ever; record = position & (lane_slots - 1).
struct alignas(128) LaneHead {
  Word head;
  alignas(64) Word folded;  // positions below are in the statistics
  Word intent;              // where the fold being applied will end
};

// ---------------------------------------------------------------- history: names
struct NameEntry {
  Word hash;       // keyed hash of kind and text
  uint32_t kind;   // remora_kind
  uint32_t index;  // within the kind
  uint32_t size;
  uint32_t extra;
  char text[104];
};
static_assert(sizeof(NameEntry) == 128);

struct alignas(128) NamesHead {
  Word count;          // entries below are complete
  Word kind_count[8];  // names of each kind
};

inline constexpr uint32_t kKinds = 8;  // kind numbers 1..7 are usable

// Labels, and what was tried before at the same task. Place + 1 is the context id of a state; 0 is neither.
struct ContextEntry {
  Word key;        // keyed hash of all of it; 0 = free; write-once
  Word size;       // number of labels + 1 once the labels are written
  Word labels[4];  // ids, two a word
  Word tried;      // bit i: variant i was tried before at the same task
  Word attempts;   // before this one | place + 1 of the same without labels << 32
};
static_assert(sizeof(ContextEntry) == 64);

// ---------------------------------------------------------------- history: agents and variants
struct alignas(128) AgentRecord {
  Word live;       // bit i: variant i is registered and not retired
  Word blocked;    // bit i: variant i is kept out
  Word rollout;    // RolloutWord; 0 = none
  Word choice;     // ChoiceWord: baseline, safe variant, count
  Word identity;   // name entry + 1 | category index << 32; 0 = free record
  Word chunks[2];  // variant chunk + 1, 16 bits each: variant v lives in chunk v / 8
  // How epsilon falls over the agent's life. Housekeeping alone writes these.
  Word exploration;    // FloatPair: epsilon by the schedule, 0; 0 = not worked out yet
  Word lowered;        // times that the mean reward has lowered epsilon
  Word seen_outcomes;  // at the last look at the mean reward
  Word seen_reward;    // sum of rewards then, a double
  Word forgotten;      // outcomes at which evidence was discounted last; 0 = never
  Word explored;       // FloatPair: share of the latest outcomes whose decision explored, and of more of them
  Word verdict;        // VerdictWord: the last verdict, when it was told, when rewards changed
  Word reserved[2];
};
static_assert(sizeof(AgentRecord) == 128);

// Statistics of one variant, folded from the outcome lanes. Two copies; the one with the higher tag is in
// force.
struct WindowBucket {
  uint32_t period;  // number of the 5-minute (or 1-hour) period since the epoch
  uint32_t count;
  uint32_t successes;
  uint32_t reserved;
};
inline constexpr uint32_t kHourBuckets = 13;  // 5 minutes each: the hour and the bucket that is filling
inline constexpr uint32_t kDayBuckets = 25;   // 1 hour each
inline constexpr uint32_t kDurationBuckets = 32;

struct VariantStatistics {
  Word tag;  // fold sequence that wrote this copy; 0 while it is being written
  uint64_t outcomes, successes, errors, critical_errors, violations, complaints, corrections;
  uint64_t tokens_in, tokens_out, tool_calls_correct, tool_calls_total, rated, timed, graded;
  double reward_sum, reward_square_sum, duration_sum_ns, cost_sum_micros, quality_sum, rating_sum;
  WindowBucket hour[kHourBuckets];
  WindowBucket day[kDayBuckets];
  uint32_t duration_histogram[kDurationBuckets];  // bucket i: up to 2^i * 64 microseconds
};

struct alignas(128) VariantRecord {
  Word recent;    // RecentWord: the last outcomes as a shift register
  Word block;     // BlockWord
  Word cost;      // cost_micros
  Word identity;  // tier | flags << 32 | registered << 63
  Word name_size;
  char name[104];
  // How its rewards go, for whoever looks for changes. Housekeeping alone writes these, each word at a time:
  // a process that dies in between costs them an outcome at most.
  Word mean;       // QCell: mean reward since the last alarm, outcomes behind it
  Word evidence;   // FloatPair: that the mean has fallen, that it has risen
  Word runs;       // outcomes since either was 0, 32 bits each
  Word alarms;     // alarms raised, alarms told, 32 bits each
  Word change;     // FloatPair: mean reward before and after the last alarm
  Word movement;   // FloatPair: how far the latest outcomes lay from the value, and how far they moved it
  Word deviation;  // FloatPair: squared deviation of the latest rewards from the value, and of more of them
  alignas(128) VariantStatistics statistics[2];
};
inline constexpr uint32_t kChunkVariants = 8;

// ---------------------------------------------------------------- history: rollouts
struct StagePlan {
  uint32_t mode, share_basis_points, minimum_samples, reserved0;
  int64_t minimum_ns;
  double margin, maximum_drop;
  uint64_t reserved[3];
};
static_assert(sizeof(StagePlan) == 64);

struct alignas(128) RolloutRecord {
  Word identity;            // name entry + 1 | agent index << 32; stored last when the plan is complete
  Word state;               // RolloutStateWord: the one truth
  Word treatment_outcomes;  // ArmWord of the current epoch
  Word baseline_outcomes;   // likewise
  Word reference;           // ArmWord of the last stage with a control arm: what "full" is held against
  uint64_t treatment;       // variant, or kLearnedTreatment; constant
  uint64_t stage_count;     // constant
  int64_t started_ns;       // constant
  alignas(64) StagePlan stages[kMaxStages];
  Word treatment_leader;  // rollout::LeadingUnit of the current epoch
  Word baseline_leader;   // likewise
};
static_assert(sizeof(RolloutRecord) == 640);

// ---------------------------------------------------------------- history: ledger, outcomes, events
// One decision and the heart of its outcome. Fields are words so that no reader sees half of one.
struct alignas(64) LedgerSlot {
  Word word;    // SlotWord: tag, owner, state
  Word key;     // StateKey of the state (row 0)
  Word when;    // SlotWhen: decided at, rollout epoch, reports taken
  Word choice;  // SlotChoice: variants, flags, reason, stage, mode, rollout
  Word values;  // q_value, propensity among the variants drawn from: two floats; with reports taken LearnedAt
  Word outcome_at;  // generation << 40 | lane << 36 | position: where the outcome record is
  Word result;  // until the outcome the variants that the choice was drawn from, then reward and duration in
                // ms: two floats
  Word facts;   // until the outcome the decision's unit in its rollout (rollout::Gate::unit), then cost in
                // micros as float, quality x 65535, OutcomeFlags
};
static_assert(sizeof(LedgerSlot) == 64);

// The whole outcome, written once. `commit` is a CommitWord: filling by a process, then committed or padded.
struct alignas(64) OutcomeRecord {
  Word commit;
  uint64_t checksum;  // XXH3-64 of everything behind it, up to the metrics when there are none, seeded with
                      // the position
  uint64_t decision_id, key;
  int64_t when_ns;
  uint32_t variant, flags;                // OutcomeFlags, and of a later report its ReportMark
  float reward, target, quality, rating;  // a later report's are what all reports make together
  int64_t duration_ns, cost_micros;
  uint32_t tokens_in, tokens_out, errors, corrections;
  uint16_t tools_correct, tools_total;
  uint8_t metric_count;
  uint8_t generation[3];  // its number's low 24 bits: in whose values the outcome is
  float propensity;       // of the variant among those it was drawn from; 0 = it was not drawn by the policy
  float moved;            // a later report: by how much it moved the decision's reward; else 0
  uint64_t drawn_from;    // bit i: variant i might have been drawn; of a later report LearnedAt
  uint16_t metric_index[kMaxMetrics];
  float metrics[kMaxMetrics];
};
static_assert(sizeof(OutcomeRecord) == 192);

struct alignas(128) EventRecord {
  Word commit;  // sequence + 1 once complete
  int64_t when_ns;
  uint32_t kind, severity, agent, variant, rollout, stage;
  int32_t reason;
  uint32_t checksum;  // XXH3-64 of everything behind `commit` with a 0 here, seeded with the sequence; its
                      // low half
  double value, threshold;
  uint64_t detail[2];
};
static_assert(sizeof(EventRecord) == 128);

// ---------------------------------------------------------------- generation
inline constexpr uint32_t kRowVariants = 6;

// One state's learned values for 6 variants: one cache line. The key is write-once; 0 is a free row.
struct alignas(64) Row {
  Word key;    // StateKey with its segment
  Word stamp;  // second of the last update
  Word cells[kRowVariants];
};
static_assert(sizeof(Row) == 64);

// Rows in front of the main ones, which take a state as long as the pair that its key names has room: what a
// small fleet knows then lies close together, and only larger ones spread over the file.
inline constexpr uint64_t kMostFrontRows = 8192;
inline constexpr uint64_t kFrontPair = 2;

constexpr uint64_t front_rows_of(uint64_t main_rows) {
  return main_rows / 4 < kMostFrontRows ? main_rows / 4 : kMostFrontRows;
}

struct GenerationPage {
  alignas(128) Word rows_used;
  Word experience_since;  // outcomes of this generation and all after it are in the values; 0 = its own alone
  alignas(128) Word touched[256];  // bit for each span of rows: may have been written; what open maps at once
  Word agent_rows[1024];           // rows used by each agent
};

}  // namespace remora::store
