#include "engine/relearn.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <tuple>

#include "base/clock.hpp"
#include "base/file_lock.hpp"
#include "base/heap.hpp"
#include "engine/event_makers.hpp"
#include "engine/parents.hpp"
#include "snapshot/new_generation.hpp"
#include "snapshot/writer.hpp"
#include "store/contexts.hpp"
#include "store/file_names.hpp"
#include "store/outcome_lanes.hpp"
#include "store/pooled.hpp"
#include "store/q_table.hpp"
#include "store/roster.hpp"
#include "store/state_effect.hpp"
#include "store/words.hpp"

namespace remora::engine {
namespace {

using base::Code;
using base::Problem;
using store::kRowVariants;
using store::QCell;
using store::StateKey;

// What one outcome teaches one value.
struct Lesson {
  uint64_t row;    // key with its segment
  uint64_t state;  // key of the outcome's state
  uint32_t place;
  float target;
  int64_t when_ns;
  uint64_t position;
  uint32_t lane;

  std::tuple<uint64_t, uint32_t> value() const { return {row, place}; }
  bool operator<(const Lesson& other) const {
    return std::tuple(row, place, when_ns, lane, position) <
           std::tuple(other.row, other.place, other.when_ns, other.lane, other.position);
  }
};

using Lessons = base::Vector<Lesson>;

bool is_of_agent_alone(uint64_t row) { return StateKey::unpack(row).task_type == StateKey::kParentTask; }

// All lessons that the history holds, sorted by value and time. One that was not folded yet reaches its
// agent's value when it is. For those of agents stands the key of the row that keeps an agent's own apart,
// whether or not there is one.
Lessons gather(const ExperienceScope& scope, ExperienceSkipped* skipped) {
  Lessons lessons;
  const LaterReports later(scope.history);
  skipped->unreadable = store::visit_outcomes(
      scope.history, [&](const store::OutcomeRecord& outcome, uint32_t lane, uint64_t position) {
        if (!is_experience(scope, outcome, skipped)) {
          return true;
        }
        const uint32_t segment = outcome.variant / kRowVariants;
        Lesson lesson{StateKey::with_segment(outcome.key, segment),
                      outcome.key,
                      outcome.variant % kRowVariants,
                      target_today(scope, later, outcome),
                      outcome.when_ns,
                      position,
                      lane};
        lessons.push_back(lesson);
        const StateKey state = StateKey::unpack(outcome.key);
        if (state.context != store::kContextFull &&
            position < scope.history.lanes[lane].folded.load(std::memory_order_acquire)) {
          const uint32_t tries = store::pooled_context(scope.history, state.context);
          const uint32_t context = tries == 0 ? StateKey::kOwnContext : tries;
          lesson.row = StateKey{state.agent, StateKey::kParentTask, context, segment}.pack();
          lessons.push_back(lesson);
        }
        return true;
      });
  std::sort(lessons.begin(), lessons.end());
  return lessons;
}

// Copies all rows; returns how many outcomes are behind the values of states in scope.
Code copy_values(const ExperienceScope& scope, const store::Generation& to, uint64_t* outcomes,
                 Problem& problem) {
  const store::Generation& from = scope.generation;
  for (uint64_t i = from.skip_untouched(0); i < from.row_count(); i = from.skip_untouched(i + 1)) {
    const store::Row& row = from.rows()[i];
    const uint64_t key = row.key.load(std::memory_order_acquire);
    if (key == 0) {
      continue;
    }
    store::Insert inserted{};
    store::Row* const copy = store::insert_row(key, to, &inserted);
    if (copy == nullptr) {
      return problem.set(Code::kFull, "the new generation takes fewer states than there are");
    }
    copy->stamp.store(row.stamp.load(std::memory_order_relaxed), std::memory_order_relaxed);
    const StateKey state = StateKey::unpack(key);
    const bool counts =
        state.task_type != StateKey::kParentTask && (scope.agent == kAllAgents || scope.agent == state.agent);
    for (uint32_t v = 0; v < kRowVariants; ++v) {
      const uint64_t word = row.cells[v].load(std::memory_order_relaxed);
      copy->cells[v].store(word, std::memory_order_relaxed);
      *outcomes += counts && QCell::usable(word) ? QCell::unpack(word).visits : 0;
    }
  }
  return Code::kOk;
}

struct Errors {
  double before = 0, after = 0;
};

// Learns one value's lessons again. `errors` is added to.
void learn_again(store::Word& cell, std::span<const Lesson> lessons, float learning_rate, Errors* errors) {
  const QCell before = QCell::unpack(cell.load(std::memory_order_relaxed));
  cell.store(QCell{before.q, before.visits - static_cast<uint32_t>(lessons.size())}.pack(),
             std::memory_order_relaxed);
  for (const Lesson& lesson : lessons) {
    store::update_cell(cell, lesson.target, learning_rate);
  }
  const float after = QCell::unpack(cell.load(std::memory_order_relaxed)).q;
  for (const Lesson& lesson : lessons) {
    errors->before += std::abs(double{lesson.target} - double{before.q});
    errors->after += std::abs(double{lesson.target} - double{after});
  }
}

store::Row* row_of(uint64_t row, const store::Generation& generation) {
  const StateKey key = StateKey::unpack(row);
  // An agent's values of later attempts lie under their own key.
  return is_of_agent_alone(row) && key.context == StateKey::kOwnContext
             ? store::find_own_row(key.agent, key.segment, generation)
             : store::find_row(row, generation);
}

// An agent's value over all its tasks, what it was, and what it learned again.
struct AgentValue {
  store::Word* cell;
  uint64_t before;
  std::span<Lesson> lessons;
};

// As the fold has it: an agent that tries again learns of a variant what is not its states'. What that is
// says all that was learned again, states and agents as they are by now; then agents learn once more.
void leave_out_states(const ExperienceScope& scope, std::span<const AgentValue> values,
                      const store::Generation& to) {
  for (const AgentValue& value : values) {
    const uint32_t agent = StateKey::unpack(value.lessons.front().row).agent;
    const auto choice = store::ChoiceWord::unpack(
        store::find_agent(scope.history, agent)->choice.load(std::memory_order_relaxed));
    const float most = learn::most_evidence(scope.active.profile(agent).learning.learning_rate);
    for (Lesson& lesson : value.lessons) {
      lesson.target -= store::state_effect(lesson.state, choice.count, most, to);
    }
  }
  for (const AgentValue& value : values) {
    const uint32_t agent = StateKey::unpack(value.lessons.front().row).agent;
    Errors ignored;
    value.cell->store(value.before, std::memory_order_relaxed);
    learn_again(*value.cell, value.lessons, scope.active.profile(agent).learning.learning_rate, &ignored);
  }
}

// Whether a row is an agent's over all its first attempts, and it may try again.
bool leaves_out_states(const ExperienceScope& scope, uint64_t row) {
  const StateKey key = StateKey::unpack(row);
  return is_of_agent_alone(row) && key.context == StateKey::kOwnContext &&
         scope.active.profile(key.agent).learning.cascade.enabled &&
         store::find_agent(scope.history, key.agent) != nullptr;
}

void learn_all(const ExperienceScope& scope, Lessons& lessons, const store::Generation& to,
               RelearnReport& report) {
  Errors errors;
  base::Vector<AgentValue> again;
  for (auto begin = lessons.begin(); begin != lessons.end();) {
    const auto end = std::find_if(begin, lessons.end(),
                                  [&](const Lesson& other) { return other.value() != begin->value(); });
    const auto held = static_cast<uint64_t>(end - begin);
    const bool of_state = !is_of_agent_alone(begin->row);
    store::Row* const row = row_of(begin->row, to);
    store::Word* const cell = row == nullptr ? nullptr : &row->cells[begin->place];
    const uint64_t word = cell == nullptr ? 0 : cell->load(std::memory_order_relaxed);
    if (QCell::usable(word)) {
      // More than are counted, where evidence has aged or a process died: the oldest are let go.
      const uint64_t used = std::min<uint64_t>(held, QCell::unpack(word).visits);
      const uint32_t agent = StateKey::unpack(begin->row).agent;
      Errors ignored;
      const std::span<Lesson> newest(&*begin + (held - used), used);
      learn_again(*cell, newest, scope.active.profile(agent).learning.learning_rate,
                  of_state ? &errors : &ignored);
      if (used != 0 && leaves_out_states(scope, begin->row)) {
        again.push_back({cell, word, newest});
      }
      report.outcomes += of_state ? used : 0;
      report.values_changed += of_state && cell->load(std::memory_order_relaxed) != word ? 1 : 0;
    } else {
      report.skipped.no_value += of_state ? held : 0;
    }
    begin = end;
  }
  leave_out_states(scope, again, to);
  if (report.outcomes != 0) {
    report.error_before = errors.before / static_cast<double>(report.outcomes);
    report.error_after = errors.after / static_cast<double>(report.outcomes);
  }
}

// The caller holds the housekeeping lock and the snapshot lock.
Code replace_values(store::State& state, const ExperienceScope& scope, RelearnReport* report,
                    uint64_t* replaced, Problem& problem) {
  Lessons lessons = gather(scope, &report->skipped);
  snapshot::NewGeneration next(state);
  base::ByteLock structure;
  Code code = snapshot::lock_structure(state, &structure, problem);
  if (ok(code)) {
    code = next.begin(problem);
  }
  structure.unlock();
  uint64_t behind = 0;
  if (ok(code)) {
    code = copy_values(scope, next.values(), &behind, problem);
  }
  if (!ok(code)) {
    return code;
  }
  learn_all(scope, lessons, next.values(), *report);
  pool_agents(scope.history, next.values(), scope.active);
  report->missing = behind - std::min(behind, report->outcomes);
  report->generation = next.number();
  next.values().continue_from(scope.generation);
  return next.put_in_force({}, replaced, problem);
}

}  // namespace

Code relearn(store::State& state, const ExperienceScope& scope, int64_t now_ns, RelearnReport* report,
             Problem& problem) {
  constexpr int64_t kLockWait = 50 * base::kNanosPerMillisecond;
  base::ByteLock housekeeping;
  if (const Code code = housekeeping.lock_for(state.locks(), store::kHousekeepingLock, kLockWait, problem);
      !ok(code)) {
    problem.prefix("another thread or process does what is due");
    return code;
  }
  base::ByteLock snapshots;
  if (const Code code = snapshot::lock_snapshots(state, &snapshots, problem); !ok(code)) {
    return code;
  }
  if (scope.generation.number() != scope.history.control->line.generation.load(std::memory_order_acquire)) {
    return problem.set(Code::kBusy, "the learned values were just replaced; try again");
  }
  snapshot::Info kept;
  Code code = snapshot::write_snapshot_locked(state, scope.generation, snapshot::Kind::kRestore, now_ns,
                                              &kept, problem);
  if (!ok(code)) {
    problem.prefix("before learning again, keeping the present values");
    return code;
  }
  report->snapshot = kept.sequence;
  uint64_t replaced = 0;
  code = replace_values(state, scope, report, &replaced, problem);
  if (ok(code)) {
    snapshot::keep_for_reboot(state, state.generation_in_force(), now_ns);
    tell(scope.history, store::EventKind::kRelearned, store::Severity::kWarning, now_ns,
         static_cast<double>(replaced), report->generation, report->outcomes);
  }
  return code;
}

}  // namespace remora::engine
