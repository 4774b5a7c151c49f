// State: which generation is in force, following a switch, and what becomes of those before.
#include <algorithm>
#include <new>

#include "base/clock.hpp"
#include "store/power_loss.hpp"
#include "store/recovery.hpp"
#include "store/state.hpp"

namespace remora::store {

using base::Code;
using base::Problem;

namespace {

constexpr int64_t kDrainWait = 50 * base::kNanosPerMillisecond;

struct GenerationScan {
  uint64_t newest = 0;
  uint64_t below = UINT64_MAX;
};

bool see_generation(void* context, const char* name) {
  auto& scan = *static_cast<GenerationScan*>(context);
  const uint64_t number = parse_generation_file(name);
  if (number < scan.below) {
    scan.newest = std::max(scan.newest, number);
  }
  return true;
}

// Highest number of a generation file below `below`; 0 when there is none.
Code newest_generation(const base::Directory& directory, uint64_t below, uint64_t* newest, Problem& problem) {
  GenerationScan scan{0, below};
  const Code code = directory.list(see_generation, &scan, problem);
  *newest = scan.newest;
  return code;
}

// Whether a generation cannot be used and never will be. A full table of descriptors or a moment without
// memory says nothing about the file: going on with older values would lose what was learned since.
bool is_lost(Code code) { return code == Code::kNotFound || code == Code::kDamaged || code == Code::kFormat; }

// What the first to open puts right of those before it.
void repair_left_behind(const History& history, const Generation& generation) {
  const bool crashed = history.control->clean.load(std::memory_order_acquire) == 0;
  const bool lost_power = crashed && history.control->boot.load(std::memory_order_relaxed) != base::boot_id();
  if (lost_power) {
    repair_after_power_loss(history);
  }
  repair_roster(history);
  repair_fold_numbers(history);
  // Of more rows than there may be the table would pass for full for ever.
  if (crashed || generation.rows_used() > generation.state_limit()) {
    recount_rows(generation);
  }
  if (lost_power) {
    scrub_values(generation);
    forget_unnamed(history, generation);
  }
}

}  // namespace

Code State::open_generation(Problem& problem) {
  Word& word = history_.control->line.generation;
  uint64_t number = word.load(std::memory_order_acquire);
  std::unique_ptr<Generation> generation;
  Code code = number == 0
                  ? Code::kNotFound
                  : Generation::open(live_directory(), history_, number, read_only_, &generation, problem);
  if (!ok(code) && (read_only_ || !is_lost(code))) {
    return number == 0 ? problem.set(Code::kDamaged, "the state names no generation of learned values")
                       : code;
  }
  if (!ok(code) && !created_) {
    lost_generation_ = number;
  }
  // A generation that is missing or damaged is passed over for the one before it, else for an empty one.
  for (uint64_t below = number; is_lost(code) && below > 1;) {
    if (const Code listed = newest_generation(live_directory(), below, &below, problem); !ok(listed)) {
      return listed;
    }
    if (below == 0) {
      break;
    }
    code = Generation::open(live_directory(), history_, below, read_only_, &generation, problem);
    number = below;
  }
  if (is_lost(code)) {
    code = next_generation_number(&number, problem);
    if (!ok(code)) {
      return code;
    }
    code = Generation::create(live_directory(), history_, number, history_.capacities.states, problem);
    if (ok(code)) {
      code = Generation::open(live_directory(), history_, number, read_only_, &generation, problem);
    }
  }
  if (!ok(code)) {
    return code;
  }
  if (!read_only_) {
    if (first_ && !created_) {
      repair_left_behind(history_, *generation);
    }
    const uint64_t boot = base::boot_id();
    if (history_.control->boot.exchange(boot, std::memory_order_relaxed) != boot) {
      history_.control->highest_wall_boot.store(0, std::memory_order_relaxed);  // another boot's clock
    }
    history_.control->clean.store(0, std::memory_order_seq_cst);  // see ~State
    word.store(number, std::memory_order_release);
    // On the disk before anything else changes: else a power loss may leave changes that look cleanly closed.
    if (first_) {
      code = sync_control(problem);
    }
    if (!ok(code)) {
      return code;
    }
  }
  keep_generation(std::move(generation));
  return Code::kOk;
}

// Without the structure lock: what is in force may change meanwhile, and nothing is put right.
Code State::join_generation(Problem& problem) {
  constexpr int kMostChanges = 16;
  std::unique_ptr<Generation> generation;
  Code code = Code::kNotFound;
  for (int i = 0; i < kMostChanges && !ok(code); ++i) {
    const uint64_t number = history_.control->line.generation.load(std::memory_order_acquire);
    code = Generation::open(live_directory(), history_, number, read_only_, &generation, problem);
    if (!ok(code) && history_.control->line.generation.load(std::memory_order_acquire) == number) {
      problem.prefix("while another process holds the lock that putting it right takes");
      return is_lost(code) ? Code::kBusy : code;
    }
  }
  if (!ok(code)) {
    return Code::kBusy;
  }
  history_.control->clean.store(0, std::memory_order_seq_cst);  // see ~State
  keep_generation(std::move(generation));
  return Code::kOk;
}

// Named only once it is kept: for want of memory it may not be.
void State::keep_generation(std::unique_ptr<Generation> generation) {
  generations_.push_back(std::move(generation));
  generation_.store(generations_.back().get(), std::memory_order_seq_cst);
}

const Generation* State::follow(uint64_t number) {
  const Generation* present = generation_.load(std::memory_order_seq_cst);
  if (unfollowed_.load(std::memory_order_relaxed) == number) {
    return present;  // its file could not be mapped; the next tick tries again
  }
  const std::lock_guard guard(generation_mutex_);
  present = generation_.load(std::memory_order_seq_cst);
  if (present->number() == number) {
    return present;
  }
  try {
    std::unique_ptr<Generation> next;
    Problem problem;
    if (ok(Generation::open(live_directory(), history_, number, read_only_, &next, problem))) {
      next->populate_used();
      keep_generation(std::move(next));
      return generations_.back().get();
    }
  } catch (const std::bad_alloc&) {
    // A decision waits for no memory, as it waits for no file.
  }
  unfollowed_.store(number, std::memory_order_relaxed);
  return present;
}

Code State::switch_generation(uint64_t number, Problem& problem) {
  if (!live_directory().contains(generation_file(number))) {
    return problem.set(Code::kNotFound, "%s is missing", generation_file(number).text);
  }
  ControlLine& line = history_.control->line;
  const uint64_t before = line.generation.load(std::memory_order_relaxed);
  // Release pairs with the acquire in Inside.
  line.generation.store(number, std::memory_order_release);
  if (const Code code = sync_control(problem); !ok(code)) {
    line.generation.store(before, std::memory_order_release);
    return code;
  }
  static_cast<void>(follow(number));
  return Code::kOk;
}

Code State::next_generation_number(uint64_t* number, Problem& problem) const {
  const uint64_t in_force = history_.control->line.generation.load(std::memory_order_acquire);
  uint64_t newest = 0;
  const Code code = newest_generation(live_directory(), UINT64_MAX, &newest, problem);
  *number = std::max(in_force, newest) + 1;
  return code;
}

void State::retire_generations(const Stripe* own) {
  unfollowed_.store(0, std::memory_order_relaxed);
  const uint64_t in_force = history_.control->line.generation.load(std::memory_order_acquire);
  {
    const std::lock_guard guard(generation_mutex_);
    const Generation* present = generation_.load(std::memory_order_seq_cst);
    if (generations_.size() > 1 && present->number() == in_force && drained(kDrainWait, own)) {
      std::erase_if(generations_, [present](const auto& g) { return g.get() != present; });
    }
  }
  if (read_only_) {
    return;
  }
  Problem ignored;  // what is not removed now is removed later
  uint64_t number = 0;
  static_cast<void>(newest_generation(live_directory(), in_force, &number, ignored));
  while (number != 0) {
    static_cast<void>(newest_generation(live_directory(), number, &number, ignored));
    if (number != 0) {
      static_cast<void>(live_directory().remove(generation_file(number), ignored));
    }
  }
}

}  // namespace remora::store
