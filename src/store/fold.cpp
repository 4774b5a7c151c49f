#include "store/fold.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <new>

#include "base/clock.hpp"
#include "base/heap.hpp"
#include "store/contexts.hpp"
#include "store/outcome_lanes.hpp"
#include "store/pooled.hpp"
#include "store/q_table.hpp"
#include "store/reports.hpp"
#include "store/roster.hpp"
#include "store/state_effect.hpp"
#include "store/statistics.hpp"
#include "store/trend.hpp"
#include "store/words.hpp"

namespace remora::store {
namespace {

constexpr int64_t kPatienceNs = 5 * base::kNanosPerSecond;
constexpr uint32_t kMostLanes = 16;

// Who to ask about unfinished records, and what is remembered about them.
struct Patience {
  int64_t monotonic_ns;
  OwnerAlive alive;
  void* context;
  FoldMemory& memory;
};

// What a fold will store, gathered in private memory before anything is changed.
class Gathered {
 public:
  explicit Gathered(const History& history) : history_(history) {
    places_.resize(static_cast<size_t>(history.capacities.variant_chunks) * kChunkVariants, 0);
  }

  void add(OutcomeRecord& outcome, int64_t now_ns) {
    const uint32_t agent = StateKey::unpack(outcome.key).agent;
    const AgentRecord* record = find_agent(history_, agent);
    VariantRecord* variant = record == nullptr || outcome.variant >= kMaxVariants
                                 ? nullptr
                                 : history_.variant(*record, outcome.variant);
    // Values that are none stand only in a damaged file.
    if (variant == nullptr || !std::isfinite(outcome.reward) || !std::isfinite(outcome.target) ||
        !std::isfinite(outcome.moved)) {
      return;
    }
    outcome.when_ns = in_state_time(outcome.when_ns, now_ns);
    const bool later = (outcome.flags & kOutcomeReport) != 0;
    if (later) {
      add_report(totals_of(*variant), outcome);
    } else {
      add_outcome(totals_of(*variant), outcome, now_ns);
    }
    const uint32_t context = StateKey::unpack(outcome.key).context;
    if ((outcome.flags & kOutcomeNoLearning) == 0 && context != kContextFull) {
      pooled_.push_back({outcome.key, outcome.when_ns, static_cast<uint32_t>(pooled_.size()), outcome.reward,
                         later ? outcome.moved : outcome.target,
                         later ? LearnedAt::unpack(outcome.drawn_from).agent : 0, generation_of(outcome),
                         static_cast<uint16_t>(outcome.variant), static_cast<uint16_t>(outcome.flags)});
    }
  }

  // The highest fold that wrote any of the variants touched.
  uint64_t highest_tag() const {
    uint64_t highest = 0;
    for (const Totals& totals : totals_) {
      highest = std::max(highest, statistics_tag(*totals.record));
    }
    return highest;
  }

  // A variant that carries the fold's tag was written by the process that began this fold and died.
  void publish(uint64_t sequence) const {
    for (const Totals& totals : totals_) {
      if (statistics_tag(*totals.record) < sequence) {
        publish_statistics(*totals.record, *totals.sum, sequence);
      }
    }
  }

  // Brings what is learned into the order in which it was reported; lanes were read one after the other.
  void sort_by_time() {
    const auto earlier = [](const Pooled& a, const Pooled& b) {
      return a.when_ns != b.when_ns ? a.when_ns < b.when_ns : a.place < b.place;
    };
    // Those of one thread are in order as they come.
    if (!std::is_sorted(pooled_.begin(), pooled_.end(), earlier)) {
      std::sort(pooled_.begin(), pooled_.end(), earlier);
    }
  }

  // From the first on that `learned` does not count yet.
  void learn(const Generation& generation, const FoldRules& rules, Word& learned) const {
    for (uint64_t i = learned.load(std::memory_order_relaxed); i < pooled_.size(); ++i) {
      // Before the value: whoever dies in between costs it this outcome, and none is learned twice.
      learned.store(i + 1, std::memory_order_release);
      learn_one(pooled_[i], generation, rules);
    }
  }

 private:
  struct Totals {
    VariantRecord* record;
    base::Unique<VariantStatistics> sum;
  };
  // Small: a tick may gather tens of thousands.
  struct Pooled {
    uint64_t key;  // the state's
    int64_t when_ns;
    uint32_t place;
    float reward, target;  // of a later report the target is what it moves
    uint32_t nth;          // the place of its decision's outcome
    uint32_t generation;   // that it was recorded in
    uint16_t variant, flags;
  };
  static_assert(sizeof(Pooled) == 40 && kMaxVariants <= UINT16_MAX);

  void learn_one(const Pooled& p, const Generation& generation, const FoldRules& rules) const {
    // What was restored meanwhile does not hold what was recorded before.
    if (!generation.goes_on_from(p.generation)) {
      return;
    }
    const StateKey state = StateKey::unpack(p.key);
    const uint32_t context = pooled_context(history_, state.context);
    Row* const row = context == 0
                         ? own_row_to_fill(state.agent, p.variant / kRowVariants, generation)
                         : attempts_row_to_fill(state.agent, context, p.variant / kRowVariants, generation);
    if (row != nullptr && (p.flags & kOutcomeReport) != 0) {
      correct_cell(row->cells[p.variant % kRowVariants], p.target, p.nth, rules.learning_rate);
    } else if (row != nullptr) {
      const float target = p.target - (context == 0 ? bias_of(p, state.agent, generation, rules) : 0);
      const CellUpdate update =
          update_cell(row->cells[p.variant % kRowVariants], target, rules.learning_rate);
      // Never 0: an own row without a stamp does not count.
      row->stamp.store(std::max<uint64_t>(static_cast<uint64_t>(p.when_ns / base::kNanosPerSecond), 1),
                       std::memory_order_relaxed);
      AgentRecord& agent = *find_agent(history_, state.agent);
      // Later attempts bring other rewards than first ones: they are no change.
      if (context == 0) {
        extend_trend(*history_.variant(agent, p.variant), p.reward, target, update, rules.change);
      }
      extend_explored(agent, (p.flags & kOutcomeExplored) != 0);
    }
  }

  // What of a first attempt's outcome is its state's rather than its variant's.
  float bias_of(const Pooled& p, uint32_t agent, const Generation& generation, const FoldRules& rules) const {
    if (rules.without_states == nullptr || !rules.without_states(rules.context, agent)) {
      return 0;
    }
    const auto choice =
        ChoiceWord::unpack(find_agent(history_, agent)->choice.load(std::memory_order_relaxed));
    return state_effect(p.key, choice.count, 2 / rules.learning_rate - 1, generation);
  }

  // Outcomes are dated by the wall clock, which may have been set back.
  int64_t in_state_time(int64_t when_ns, int64_t now_ns) const {
    const auto ahead = static_cast<int64_t>(history_.control->ahead_ns.load(std::memory_order_relaxed));
    return ahead <= 0 || when_ns > now_ns - ahead ? when_ns : when_ns + ahead;
  }

  VariantStatistics& totals_of(VariantRecord& record) {
    uint32_t& place = places_[static_cast<size_t>(&record - history_.variants)];
    if (place == 0) {
      auto sum = base::make_unique<VariantStatistics>();
      if (sum == nullptr) {
        throw std::bad_alloc();  // caught in fold_outcomes, as that of the vectors
      }
      variant_statistics(record, sum.get());
      totals_.push_back({&record, std::move(sum)});
      place = static_cast<uint32_t>(totals_.size());
    }
    return *totals_[place - 1].sum;
  }

  const History& history_;
  base::Vector<uint32_t> places_;  // by variant record: its place in totals_ + 1
  base::Vector<Totals> totals_;
  std::deque<Pooled, base::HeapAllocator<Pooled>> pooled_;
};

// Gives up the unfinished record at a position when its writer is dead or had time enough. True when it can
// be read (or passed) now.
bool give_up(const History& history, uint32_t lane, uint64_t position, uint32_t owner,
             const Patience& patience) {
  FoldMemory& memory = patience.memory;
  if (owner == UINT32_MAX || patience.alive(patience.context, owner)) {
    if (position >= memory.stuck_head[lane]) {
      memory.stuck_head[lane] = history.lanes[lane].head.load(std::memory_order_relaxed);
      memory.stuck_since_ns[lane] = patience.monotonic_ns;
      return false;
    }
    if (patience.monotonic_ns - memory.stuck_since_ns[lane] < kPatienceNs) {
      return false;
    }
  }
  pad_outcome(history, lane, position);
  return true;
}

// Takes in what was read of a record that nobody waits for.
void take_in(ReadOutcome read, OutcomeRecord& copy, int64_t now_ns, Gathered& gathered, FoldReport& report) {
  if (read == ReadOutcome::kRead) {
    gathered.add(copy, now_ns);
    ++report.folded;
  } else {
    ++(read == ReadOutcome::kOverwritten ? report.dropped : report.padded);
  }
}

// Gathers a lane's outcomes from `begin` to `end`; returns where it stopped: at `end`, or before the first
// record that is unfinished and may still be committed.
uint64_t gather(const History& history, uint32_t lane, uint64_t begin, uint64_t end, int64_t now_ns,
                const Patience& patience, Gathered& gathered, FoldReport& report) {
  OutcomeRecord copy;
  uint64_t position = begin;
  while (position < end) {
    uint32_t owner = UINT32_MAX;
    const ReadOutcome read = read_outcome(history, lane, position, &copy, &owner);
    if (read != ReadOutcome::kUnfinished) {
      take_in(read, copy, now_ns, gathered, report);
      ++position;
    } else if (!give_up(history, lane, position, owner, patience)) {
      return position;
    }  // else look again: padded, or committed meanwhile
  }
  return position;
}

// The same for a range that a dead fold had settled: nothing in it is waited for.
void gather_again(const History& history, uint32_t lane, uint64_t begin, uint64_t end, int64_t now_ns,
                  Gathered& gathered, FoldReport& report) {
  OutcomeRecord copy;
  for (uint64_t position = begin; position < end; ++position) {
    uint32_t owner = UINT32_MAX;
    take_in(read_outcome(history, lane, position, &copy, &owner), copy, now_ns, gathered, report);
  }
}

// Where each lane of a fold ends.
struct Ends {
  uint64_t lane[kMostLanes] = {};
};

uint32_t lane_count(const History& history) { return std::min(history.capacities.lanes, kMostLanes); }

// Ends a fold whose intent is stated. Every store may be the last one of this process.
void apply(const History& history, const Generation* generation, const FoldRules& rules, uint64_t sequence,
           const Gathered& gathered, const Ends& ends) {
  gathered.publish(sequence);
  if (generation != nullptr) {
    gathered.learn(*generation, rules, history.control->fold_learned);
  }
  for (uint32_t lane = 0; lane < lane_count(history); ++lane) {
    history.lanes[lane].folded.store(ends.lane[lane], std::memory_order_release);
  }
  // Release: who sees the fold ended sees all of it.
  history.control->fold_sequence.store(sequence, std::memory_order_release);
}

// What is left to fold of a lane; records that were overwritten meanwhile are passed.
struct LaneRange {
  uint64_t begin = 0, end = 0;
};
LaneRange range_of(const History& history, uint32_t lane, uint64_t limit, FoldReport& report) {
  const LaneHead& head = history.lanes[lane];
  const uint64_t written = head.head.load(std::memory_order_acquire);
  uint64_t folded = head.folded.load(std::memory_order_relaxed);
  if (folded > written) {
    return {written, written};  // only in a damaged file
  }
  if (written - folded > history.capacities.lane_slots) {
    report.dropped += written - history.capacities.lane_slots - folded;
    folded = written - history.capacities.lane_slots;
  }
  return {folded, folded + std::min(written - folded, limit)};
}

// Does again what a process that died had begun.
void finish_last(const History& history, const Generation* generation, const FoldRules& rules, int64_t now_ns,
                 FoldReport& report) {
  const uint64_t sequence = history.control->fold_intent.load(std::memory_order_acquire);
  Gathered gathered(history);
  Ends ends;
  for (uint32_t lane = 0; lane < lane_count(history); ++lane) {
    const LaneHead& head = history.lanes[lane];
    const uint64_t begin = head.folded.load(std::memory_order_relaxed);
    const uint64_t intent = head.intent.load(std::memory_order_relaxed);
    const uint64_t end = std::max(begin, std::min(intent, head.head.load(std::memory_order_relaxed)));
    const uint64_t oldest = end < history.capacities.lane_slots ? 0 : end - history.capacities.lane_slots;
    gather_again(history, lane, std::max(begin, oldest), end, now_ns, gathered, report);
    ends.lane[lane] = end;
  }
  gathered.sort_by_time();
  apply(history, generation, rules, sequence, gathered, ends);
}

void fold_new(const History& history, const Generation* generation, const FoldRules& rules, int64_t now_ns,
              uint64_t limit, const Patience& patience, FoldReport& report) {
  ControlPage& control = *history.control;
  Gathered gathered(history);
  Ends ends;
  bool any = false;
  const uint32_t lanes = lane_count(history);
  const uint64_t done = control.fold_sequence.load(std::memory_order_relaxed);
  for (uint32_t i = 0; i < lanes; ++i) {
    // Another lane is first each time, so that none starves when the limit is small.
    const auto lane = static_cast<uint32_t>((done + i) % lanes);
    const LaneRange range =
        range_of(history, lane, limit - std::min(limit, report.folded + report.padded), report);
    ends.lane[lane] = gather(history, lane, range.begin, range.end, now_ns, patience, gathered, report);
    any = any || ends.lane[lane] != history.lanes[lane].folded.load(std::memory_order_relaxed);
  }
  if (!any) {
    return;
  }
  // Beyond every tag: after a power loss a copy may be younger than the control page.
  const uint64_t sequence = std::max(done, gathered.highest_tag()) + 1;
  for (uint32_t lane = 0; lane < lanes; ++lane) {
    history.lanes[lane].intent.store(ends.lane[lane], std::memory_order_relaxed);
  }
  control.fold_learned.store(0, std::memory_order_relaxed);
  // Release: who sees the intent sees where each lane ends.
  control.fold_intent.store(sequence, std::memory_order_release);
  gathered.sort_by_time();
  apply(history, generation, rules, sequence, gathered, ends);
}

}  // namespace

// NOLINTNEXTLINE(readability-function-size): arguments of housekeeping, each named in the header
base::Code fold_outcomes(const History& history, const Generation* generation, const FoldRules& rules,
                         int64_t now_ns, int64_t monotonic_ns, uint64_t limit, OwnerAlive alive,
                         void* context, FoldMemory& memory, FoldReport* report, base::Problem& problem) {
  *report = {};
  try {
    const uint64_t intent = history.control->fold_intent.load(std::memory_order_acquire);
    if (intent > history.control->fold_sequence.load(std::memory_order_relaxed)) {
      finish_last(history, generation, rules, now_ns, *report);
    }
    FoldReport fresh;
    fold_new(history, generation, rules, now_ns, limit, {monotonic_ns, alive, context, memory}, fresh);
    report->folded += fresh.folded;
    report->dropped += fresh.dropped;
    report->padded += fresh.padded;
    history.control->statistics_dropped.fetch_add(report->dropped, std::memory_order_relaxed);
    return base::Code::kOk;
  } catch (const std::bad_alloc&) {
    return problem.set(base::Code::kMemory,
                       "no memory for the figures of the outcomes to fold; they wait for the next time");
  }
}

}  // namespace remora::store
