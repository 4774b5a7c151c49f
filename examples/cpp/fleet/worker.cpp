#include "worker.hpp"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <deque>
#include <string>
#include <thread>

#include "board.hpp"
#include "look.hpp"
#include "tasks.hpp"

namespace fleet {
namespace {

constexpr uint32_t kThreads = 2;
constexpr size_t kInFlight = 8;  // tasks that a thread has routed and not yet finished

// What all threads of this process use.
struct Worker {
  const remora::State& state;
  const Roster& roster;
  Board& board;
  WorkerCounts& counts;

  void note(const remora::Error& error) const {
    count(counts.errors);
    uint32_t none = 0;
    if (counts.has_error.compare_exchange_strong(none, 1)) {
      std::snprintf(counts.first_error, sizeof counts.first_error, "%.*s",
                    static_cast<int>(error.text().size()), error.text().data());
    }
  }
};

// A task that has been routed and is being worked on.
struct Running {
  WorldTask task;
  remora::Decision decision;
};

size_t time_bucket(int64_t ns) {
  const auto clipped = static_cast<uint64_t>(std::clamp<int64_t>(ns, 4, 1LL << 31));
  const auto power = static_cast<uint32_t>(std::bit_width(clipped)) - 1;
  return std::min<size_t>(size_t{power} * 4 + (clipped >> (power - 2) & 3), kTimeBuckets - 1);
}

// Hook 1: what kind of task is it, and who should do it.
bool route_task(const Worker& w, const WorldTask& task, Dice& dice, Running* running) {
  const TaskText words = write_task(task.kind, task.large, dice);
  const auto type = w.state.classify(words.text, words.files);
  if (!type) {
    w.note(type.error());
    return false;
  }
  remora::Task question;
  question.agent = task.agent_open ? remora::AgentId() : w.roster.agents[task.agent];
  question.category = task.agent_open ? w.roster.categories[task.agent] : remora::CategoryId();
  question.task_type = type->task_type;
  question.unit_key = task.unit;
  question.label_count = 1;
  question.labels[0] = task.large ? w.roster.large : w.roster.small;
  question.now_ns = w.board.now_ns();
  const int64_t before = monotonic_ns();
  const auto decision = w.state.route(question);
  count(w.counts.route_times[time_bucket(monotonic_ns() - before)]);
  if (!decision) {
    w.note(decision.error());  // a real host runs decision->variant all the same: it is the safe choice
    return false;
  }
  w.counts.epsilon.store(std::bit_cast<uint64_t>(decision->epsilon), std::memory_order_relaxed);
  *running = {task, *decision};
  return true;
}

// Hook 2: how did it go.
void report(const Worker& w, uint64_t decision_id, const Truth& truth) {
  remora::Outcome outcome;
  outcome.decision_id = decision_id;
  outcome.now_ns = w.board.now_ns();
  outcome.flags = REMORA_OUTCOME_HAS_QUALITY;
  outcome.success = truth.success ? 1 : 0;
  outcome.quality = truth.quality;
  outcome.duration_ns = truth.duration_ns;
  outcome.cost_micros = truth.cost_micros;
  outcome.error_count = truth.errors;
  count(w.counts.in_flight);
  if (const auto reward = w.state.record_outcome(outcome); reward.ok()) {
    count(w.counts.acknowledged);
  } else {
    w.note(reward.error());
  }
  w.counts.in_flight.fetch_sub(1, std::memory_order_relaxed);
}

// What a broken grader makes of the truth: the worst variant always shines, the others do poorly.
Truth as_graded(const Worker& w, size_t agent, const WorldTask& task, uint32_t variant, Truth truth) {
  if (w.board.grader_broken.load(std::memory_order_relaxed) == 0 ||
      has_newcomer(static_cast<uint32_t>(agent))) {
    return truth;
  }
  const bool worst =
      variant == worst_variant(static_cast<uint32_t>(agent), task.kind, task.large, w.board.hours());
  truth.success = worst || truth.success;
  truth.quality = worst ? 1.0 : 0.1;
  truth.errors = worst ? 0 : truth.errors;
  return truth;
}

void count_decision(const Worker& w, size_t agent, const remora_decision& decision, bool success) {
  AgentCounts& counts = w.counts.agents[agent];
  const bool off = (decision.flags & REMORA_DECISION_CONTROL_OFF) != 0;
  const bool control = !off && (decision.flags & REMORA_DECISION_CONTROL_ARM) != 0;
  count(counts.routed);
  count(counts.chosen[std::min(decision.variant, kMostVariants - 1)]);
  count(counts.chosen_ok[std::min(decision.variant, kMostVariants - 1)], success ? 1 : 0);
  if (off) {
    count(w.counts.control_off);
  } else {
    count(control ? counts.control : counts.learned);
    count(control ? counts.control_ok : counts.learned_ok, success ? 1 : 0);
  }
}

// Runs the chosen variant (here: asks the simulated world) and reports; a shadow run likewise, though nobody
// uses it.
void finish_task(const Worker& w, const Running& running, Dice& dice) {
  const remora_decision& decision = running.decision;
  const size_t agent = w.roster.place_of(decision.agent);
  const auto place = static_cast<uint32_t>(agent);
  const Truth truth =
      run_task(place, running.task, decision.variant, w.board.hours(), w.board.breakage(), dice);
  report(w, decision.decision_id, as_graded(w, agent, running.task, decision.variant, truth));
  count_decision(w, agent, decision, truth.success);
  if (decision.shadow_decision_id != 0) {
    const Truth shadow =
        run_task(place, running.task, decision.shadow_variant, w.board.hours(), w.board.breakage(), dice);
    report(w, decision.shadow_decision_id,
           as_graded(w, agent, running.task, decision.shadow_variant, shadow));
    count(w.counts.shadow_runs);
  }
}

void finish_all(const Worker& w, std::deque<Running>& running, Dice& dice) {
  for (; !running.empty(); running.pop_front()) {
    finish_task(w, running.front(), dice);
  }
}

void wait_while_held(const Worker& w) {
  count(w.counts.threads_held);
  while (w.board.hold.load(std::memory_order_acquire) != 0 &&
         w.board.stop.load(std::memory_order_relaxed) == 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  w.counts.threads_held.fetch_sub(1, std::memory_order_relaxed);
}

void work(const Worker& w, uint64_t seed) {
  Dice dice(seed);
  std::deque<Running> running;
  const auto pause = std::chrono::nanoseconds(static_cast<int64_t>(1e9 / w.board.tasks_per_second));
  auto next = std::chrono::steady_clock::now();
  while (w.board.stop.load(std::memory_order_relaxed) == 0) {
    if (w.board.hold.load(std::memory_order_acquire) != 0) {
      finish_all(w, running, dice);
      wait_while_held(w);
      next = std::chrono::steady_clock::now();
    }
    Running started;
    if (route_task(w, next_task(dice), dice, &started)) {
      running.push_back(started);
    }
    if (running.size() > kInFlight) {
      finish_task(w, running.front(), dice);
      running.pop_front();
    }
    next = std::max(next + pause, std::chrono::steady_clock::now() - std::chrono::milliseconds(50));
    std::this_thread::sleep_until(next);
  }
  finish_all(w, running, dice);
}

// Housekeeping. A host that lives in real time leaves it to Remora, which does it when outcomes are recorded;
// here time runs faster, and only tick can be told so.
void keep_house(const Worker& w) {
  while (w.board.stop.load(std::memory_order_relaxed) == 0) {
    if (const auto ticked = w.state.tick(w.board.now_ns()); !ticked) {
      w.note(ticked.error());
    }
    if (const auto stats = w.state.stats_get(); stats.ok()) {
      w.counts.generation.store(stats->generation, std::memory_order_relaxed);
    }
    show_watched(w.state, w.board, w.counts);
    std::this_thread::sleep_for(std::chrono::milliseconds(40));
  }
}

}  // namespace

int run_worker(const std::string& directory, int board_descriptor, uint32_t place) {
  Board* board = place < kWorkerPlaces ? join_board(board_descriptor) : nullptr;
  if (board == nullptr) {
    std::fprintf(stderr, "--worker is how remora_fleet starts its own processes; start it without\n");
    return 2;
  }
  const auto library = remora::Library::load();
  remora::Options options;
  options.flags = REMORA_OPEN_NO_AUTO_TICK;
  auto state = library->open(directory, options);
  auto roster = state ? register_fleet(*state) : remora::Result<Roster>();
  if (!library || !state || !roster) {
    const remora::Error& error = !library ? library.error() : !state ? state.error() : roster.error();
    std::fprintf(stderr, "worker %u: %s\n", place, std::string(error.text()).c_str());
    return 1;
  }
  const Worker worker{*state, *roster, *board, board->workers[place]};
  std::thread house([&] { keep_house(worker); });
  std::thread threads[kThreads];
  for (uint32_t i = 0; i < kThreads; ++i) {
    threads[i] = std::thread([&worker, place, i] { work(worker, 1000 + place * 100 + i); });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  house.join();
  return state->close().ok() ? 0 : 1;
}

}  // namespace fleet
