#include "model/explorer.hpp"

#include <stdexcept>

#include "model/stand_ins.hpp"

namespace remora::model {
namespace {

Explorer* g_running = nullptr;   // while actors run
Explorer* g_checking = nullptr;  // while a check asks

}  // namespace

Explorer::Explorer(World& world) : world_(world) {
  world_.watch(alive_, sizeof alive_);
  world_.watch(locks_, sizeof locks_);
  world_.name({"alive", reinterpret_cast<uintptr_t>(alive_), 8, kMaxActors, 8});
  world_.name({"lock", reinterpret_cast<uintptr_t>(locks_), 8, 8, 8});
  choose_ = [this](uint32_t options) {
    const uint32_t chosen = stale_ < options_.stale_loads ? search_->choose(options) : 0;
    stale_ += chosen != 0 ? 1 : 0;
    return chosen;
  };
  for (uint32_t a = 0; a < kMaxActors; ++a) {
    alive_[a] = 1;
    actors_.push_back(std::make_unique<Running>());
  }
  world_.freeze();
}

Explorer::~Explorer() = default;

Result Explorer::explore(const Model& model, const Options& options) {
  if (model.actors.size() > kMaxActors) {
    throw std::invalid_argument("too many actors");
  }
  model_ = &model;
  options_ = options;
  saboteur_ = std::make_unique<Saboteur>(options.mutation, world_);
  Result result;
  crashing_actor_ = kNobody;
  explore_once(model, &result);
  for (uint32_t a = 0; options.crash && a < model.actors.size(); ++a) {
    if (model.actors[a].may_crash) {
      explore_with_crash(model, a, &result);
    }
  }
  crashing_actor_ = kNobody;
  result.broken_here = saboteur_->times_met();
  world_.restore();
  return result;
}

// Stops an actor before its first write, before its second, and so on until none is left to make.
void Explorer::explore_with_crash(const Model& model, uint32_t actor, Result* result) {
  crashing_actor_ = actor;
  crashed_ = true;
  for (crash_before_write_ = 0; crashed_ && result->violation.empty(); ++crash_before_write_) {
    crashed_ = false;
    explore_once(model, result);
    result->crash_points += crashed_ ? 1 : 0;
  }
}

void Explorer::explore_once(const Model& model, Result* result) {
  if (!result->violation.empty()) {
    return;
  }
  if (options_.random_executions != 0) {
    search_ = std::make_unique<RandomWalk>(options_.seed, options_.random_executions);
  } else {
    search_ = std::make_unique<Exhaustive>(options_.order, options_.heavy_fences, options_.preemptions);
  }
  do {
    if (result->executions >= options_.most_executions) {
      result->complete = false;
      return;
    }
    run(result);
    if (!failure_.empty()) {
      result->violation = model.name + ": " + failure_ + "\n" + schedule_text();
      return;
    }
  } while (search_->next());
  result->complete = result->complete && options_.random_executions == 0;
}

void Explorer::run(Result* result) {
  world_.restore();
  if (result->executions < 2 && !world_.pristine()) {
    throw std::logic_error(model_->name + ": something writes to watched memory unseen");
  }
  steps_.clear();
  stale_ = 0;
  failure_.clear();
  over_ = false;
  memory_.begin(options_.order);
  search_->begin();
  saboteur_->begin();
  if (model_->begin) {
    model_->begin();
  }
  for (auto& actor : actors_) {
    actor->ended = true;
  }
  reset_stand_ins();
  g_running = this;
  starting_ = true;
  for (current_ = 0; current_ < model_->actors.size(); ++current_) {
    Running& actor = *actors_[current_];
    actor.ended = actor.crashing = actor.postponed = false;
    actor.writes = 0;
    actor.fiber.begin(&Explorer::body);
    actor.fiber.enter(&main_);  // to its first step
  }
  starting_ = false;
  current_ = kNobody;
  schedule();
  g_running = nullptr;
  ++result->executions;
  result->steps += steps_.size();
  const bool whole = failure_.empty() && !over_;
  result->redundant += failure_.empty() && over_ ? 1 : 0;
  if (whole && model_->check) {
    ask(model_->check);
  }
}

void Explorer::ask(const std::function<void()>& check) {
  Explorer* const running = g_running;
  g_running = nullptr;
  g_checking = this;
  check();
  g_checking = nullptr;
  g_running = running;
}

void Explorer::body() {
  Explorer& explorer = *g_running;
  explorer.model_->actors[explorer.current_].run();
  explorer.leave();
}

// The current actor makes no step any more.
void Explorer::leave() {
  Running& self = *actors_[current_];
  self.ended = true;
  if (starting_) {
    swapcontext(self.fiber.context(), &main_);
  }
  schedule();
  throw std::logic_error("an actor that ended went on");
}

// Goes to the actor whose turn it is: comes back when that is the caller's again.
void Explorer::schedule() {
  ucontext_t* const from = current_ == kNobody ? &main_ : actors_[current_]->fiber.context();
  Moment moment;
  moment.previous = current_;
  moment.next = next_;
  bool waiting = false;
  for (uint32_t a = 0; a < model_->actors.size(); ++a) {
    if (actors_[a]->ended) {
      continue;
    }
    const bool blocked = next_[a].kind == Kind::kLock && read_memory(next_[a].address, 8) != 0;
    moment.enabled |= blocked ? 0U : 1U << a;
    waiting = waiting || blocked;
  }
  uint32_t chosen = kNobody;
  if (moment.enabled == 0) {
    if (waiting) {
      fail("all wait for locks");
    }
  } else if (failure_.empty()) {
    chosen = search_->pick(moment);
    over_ = chosen == kNobody;
  }
  if (chosen == kNobody) {
    if (from != &main_) {
      current_ = kNobody;
      swapcontext(from, &main_);
    }
    return;
  }
  if (chosen != current_) {
    current_ = chosen;
    actors_[chosen]->fiber.enter(from);
  }
}

// Comes back when it is the current actor's turn to make this step.
void Explorer::step(const Operation& op) {
  Running& self = *actors_[current_];
  if (op.may_write() && !self.crashing) {
    if (current_ == crashing_actor_ && self.writes == crash_before_write_) {
      crash_now();
    }
    ++self.writes;
  }
  next_[current_] = op;
  if (starting_) {
    swapcontext(self.fiber.context(), &main_);
  } else {
    schedule();
  }
}

// What the kernel does for a process that was killed: its locks are free, and others can tell.
void Explorer::crash_now() {
  Running& self = *actors_[current_];
  self.crashing = true;
  for (uint64_t& word : locks_) {
    if (word == current_ + 1) {
      const Operation op{Kind::kUnlock, std::memory_order_release, std::memory_order_relaxed,
                         reinterpret_cast<uintptr_t>(&word), 8};
      store(op, 0);
    }
  }
  const Operation op{Kind::kStore, std::memory_order_release, std::memory_order_relaxed,
                     reinterpret_cast<uintptr_t>(&alive_[current_]), 8};
  store(op, 0);
  crashed_ = true;
  leave();
}

void Explorer::finished(const Operation& op, bool wrote, uint64_t value) {
  search_->made(current_, op, wrote);
  steps_.push_back({current_, op, value});
  if (memory_.raced()) {
    fail("a plain and another access to the same memory, unordered");
  }
  if (wrote && model_->at_every_step) {
    ask(model_->at_every_step);
  }
  if (!failure_.empty()) {
    over_ = true;
    ucontext_t* const here = actors_[current_]->fiber.context();
    current_ = kNobody;
    swapcontext(here, &main_);
  }
}

void Explorer::fail(const std::string& what) {
  if (failure_.empty()) {
    failure_ = what;
  }
}

Explorer* Explorer::running() { return g_running; }

Explorer* Explorer::at(const volatile void* address, size_t bytes) {
  Explorer* const explorer = g_running;
  if (explorer == nullptr || explorer->current_ == kNobody) {
    return nullptr;
  }
  const auto place = reinterpret_cast<uintptr_t>(address);
  return bytes != 0 && explorer->world_.watched(place) ? explorer : nullptr;
}

void Explorer::require(bool holds, const char* what) {
  if (holds) {
    return;
  }
  Explorer& explorer = *(g_running != nullptr ? g_running : g_checking);
  explorer.fail(what);
  if (g_running != nullptr && explorer.current_ != kNobody) {
    explorer.over_ = true;
    ucontext_t* const here = explorer.actors_[explorer.current_]->fiber.context();
    explorer.current_ = kNobody;
    swapcontext(here, &explorer.main_);
  }
}

uint32_t Explorer::self() { return g_running->current_; }

void Explorer::note_write(const volatile void* address, size_t bytes) {
  const auto place = reinterpret_cast<uintptr_t>(address);
  if (g_checking != nullptr && bytes != 0 && g_checking->world_.watched(place)) {
    g_checking->world_.touch(place, bytes);
  }
}

bool Explorer::alive(uint32_t actor) {
  if (g_running == nullptr) {
    return g_checking->alive_[actor] != 0;
  }
  return g_running->load({Kind::kLoad, std::memory_order_acquire, std::memory_order_relaxed,
                          reinterpret_cast<uintptr_t>(&g_running->alive_[actor]), 8}) != 0;
}

void Explorer::lock(uint32_t which) {
  Explorer& explorer = *g_running;
  explorer.update(
      {Kind::kLock, std::memory_order_acquire, std::memory_order_relaxed,
       reinterpret_cast<uintptr_t>(&explorer.locks_[which]), 8},
      [](uint64_t, uint64_t mine) { return mine; }, explorer.current_ + 1);
}

void Explorer::unlock(uint32_t which) {
  Explorer& explorer = *g_running;
  explorer.store({Kind::kUnlock, std::memory_order_release, std::memory_order_relaxed,
                  reinterpret_cast<uintptr_t>(&explorer.locks_[which]), 8},
                 0);
}

}  // namespace remora::model
