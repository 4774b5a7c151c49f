#include "snapshot/new_generation.hpp"

#include "base/clock.hpp"
#include "store/file_names.hpp"

namespace remora::snapshot {

using base::Code;
using base::Problem;

Code lock_structure(store::State& state, base::ByteLock* lock, Problem& problem) {
  constexpr int64_t kLockWait = 50 * base::kNanosPerMillisecond;
  const Code code = lock->lock_for(state.locks(), store::kStructureLock, kLockWait, problem);
  if (!ok(code)) {
    problem.prefix("another process changes names or generations");
  }
  return code;
}

NewGeneration::~NewGeneration() {
  if (number_ != 0 && !in_force_) {
    Problem ignored;  // one that was never in force does no harm
    static_cast<void>(state_.live_directory().remove(store::generation_file(number_), ignored));
  }
}

Code NewGeneration::begin(Problem& problem) {
  uint64_t number = 0;
  Code code = state_.next_generation_number(&number, problem);
  if (ok(code)) {
    const store::History& history = state_.history();
    number_ = number;
    code = store::Generation::prepare(history, number_, history.capacities.states, &values_, problem);
  }
  return code;
}

Code NewGeneration::put_in_force(const SwitchNotice& notice, uint64_t* before, Problem& problem) {
  if (const Code code = values_->save(state_.live_directory(), problem); !ok(code)) {
    return code;
  }
  values_.reset();
  base::ByteLock structure;
  if (const Code code = lock_structure(state_, &structure, problem); !ok(code)) {
    return code;
  }
  *before = state_.history().control->line.generation.load(std::memory_order_acquire);
  if (notice.tell != nullptr) {
    notice.tell(notice.context, number_, false);
  }
  const Code code = state_.switch_generation(number_, problem);
  in_force_ = ok(code);
  if (!in_force_ && notice.tell != nullptr) {
    notice.tell(notice.context, number_, true);
  }
  return code;
}

}  // namespace remora::snapshot
