// Acts about what goes wrong outside Remora: a worker is killed, and learned values are spoilt by wrong
// outcomes.
#include <array>
#include <bit>
#include <cmath>
#include <filesystem>
#include <system_error>

#include "demo.hpp"
#include "look.hpp"
#include "tasks.hpp"

namespace fleet {
namespace {

constexpr uint32_t kThreadsOfWorker = 2;

// Every living worker's threads stand still, and nothing is on its way.
bool all_held(const Demo& demo) {
  for (uint32_t place = 0; place < demo.processes.started(); ++place) {
    if (demo.processes.alive(place) && value(demo.board.workers[place].threads_held) < kThreadsOfWorker) {
      return false;
    }
  }
  return true;
}

bool all_follow(const Demo& demo, uint64_t generation) {
  for (uint32_t place = 0; place < demo.processes.started(); ++place) {
    if (demo.processes.alive(place) && value(demo.board.workers[place].generation) <= generation) {
      return false;
    }
  }
  return true;
}

// The state whose Q-values are shown.
struct Watched {
  uint32_t place = 0;  // of the agent
  Kind kind = Kind::kTesting;
  remora::TaskTypeId task_type;
  std::array<uint32_t, 2> variants{};  // the best and the worst, as the world knows
};

// Small tasks of the first kind whose best variant stays the best, so that nothing but the grader moves its
// values.
Watched find_state() {
  for (uint32_t place = 6; place < kAgents; ++place) {
    for (const Kind kind : agents()[place].kinds) {
      const uint32_t best = best_variant(place, kind, false, 0);
      if (!has_newcomer(place) && best == best_variant(place, kind, false, 1e6)) {
        return {place, kind, {}, {best, worst_variant(place, kind, false, 0)}};
      }
    }
  }
  return {};
}

Watched watch(Demo& demo) {
  Watched watched = find_state();
  watched.task_type = *demo.state.find<remora::TaskTypeId>(task_type_of(watched.kind));
  demo.board.watch_task_type = watched.task_type;
  demo.board.watch_label = demo.roster.small;
  demo.board.watch_variant[0] = watched.variants[0];
  demo.board.watch_variant[1] = watched.variants[1];
  demo.board.watch_agent.store(demo.roster.agents[watched.place], std::memory_order_release);
  return watched;
}

std::array<double, 2> values_of(const Demo& demo, const Watched& watched) {
  return {q_value(demo.state, demo.roster.agents[watched.place], watched.task_type, demo.roster.small,
                  watched.variants[0]),
          q_value(demo.state, demo.roster.agents[watched.place], watched.task_type, demo.roster.small,
                  watched.variants[1])};
}

std::string in_words(const Demo& demo, const Watched& watched, const std::array<double, 2>& q) {
  return text("%s %.3f, %s %.3f",
              demo.state.variant_name(demo.roster.agents[watched.place], watched.variants[0])->c_str(), q[0],
              demo.state.variant_name(demo.roster.agents[watched.place], watched.variants[1])->c_str(), q[1]);
}

// Waits until the wrong outcomes have done their work: learned routing is worse than the baseline.
bool spoil(Demo& demo, const Watched& watched, double* rate) {
  demo.board.grader_broken = 1;
  const bool spoilt = demo.run_until([&] {
    const std::array<double, 2> q = values_of(demo, watched);
    const AgentFigures last = demo.over(0.8).compared();
    *rate = last.learned_rate();
    return q[1] > q[0] && last.learned_rate() < last.control_rate() - 0.02;
  });
  demo.board.grader_broken = 0;
  return spoilt;
}

// Puts a snapshot in place of active.rsnap, and says how long it took until every process had the new
// generation; negative when one did not. Renamed into place: a half-copied file is told by its age, and here
// days pass in a second.
double swap(Demo& demo, const std::string& snapshot) {
  const uint64_t generation = demo.state.stats_get()->generation;
  const int64_t begin = monotonic_ns();
  std::error_code problem;
  const std::string copy = demo.directory + "/active.rsnap.new";
  std::filesystem::copy_file(demo.directory + "/" + snapshot, copy,
                             std::filesystem::copy_options::overwrite_existing, problem);
  if (!problem) {
    std::filesystem::rename(copy, demo.directory + "/active.rsnap", problem);
  }
  const bool followed = !problem && demo.run_until([&] { return all_follow(demo, generation); });
  return followed ? static_cast<double>(monotonic_ns() - begin) * 1e-6 : -1;
}

// The worst variant's Q-value, as each process has it, is nearer to the snapshot's than to the spoilt one.
// (The best one's moves less, and learning goes on.)
bool values_are_back(const Demo& demo, double good, double spoilt) {
  for (uint32_t place = 0; place < demo.processes.started(); ++place) {
    const auto seen = std::bit_cast<double>(value(demo.board.workers[place].watched[1]));
    if (demo.processes.alive(place) && std::fabs(seen - good) > std::fabs(seen - spoilt)) {
      return false;
    }
  }
  return true;
}

}  // namespace

void kill_a_worker(Demo& demo) {
  demo.screen.head("5. A worker process is killed with SIGKILL in the middle of its work");
  const uint32_t place = 1;
  const Figures before = figures_now(demo.board);
  demo.say(text("kill -9 %d", static_cast<int>(demo.processes.pid(place))));
  demo.processes.kill(place);
  demo.run_for(1.0);
  const Figures after = figures_now(demo.board) - before;
  demo.check(after.routed() > 0 && demo.processes.living() >= 2,
             text("the other %u went on: %llu tasks in the second after", demo.processes.living(),
                  static_cast<unsigned long long>(after.routed())));

  demo.board.hold.store(1, std::memory_order_release);
  const bool held = demo.run_until([&] { return all_held(demo); });
  const Figures counted = figures_now(demo.board);
  const auto stats = demo.state.stats_get();
  demo.board.hold.store(0, std::memory_order_release);
  // What the dead worker had on its way may or may not have arrived: at most one outcome a thread.
  const uint64_t least = counted.acknowledged;
  const uint64_t most = counted.acknowledged + counted.in_flight;
  demo.check(held && counted.in_flight <= kThreadsOfWorker && stats->outcomes >= least &&
                 stats->outcomes <= most && stats->visits >= least && stats->visits <= most,
             text("all stood still for a moment to be counted: %llu outcomes acknowledged, %llu visits in "
                  "the Q-table "
                  "(%llu were on their way in the dead worker)",
                  static_cast<unsigned long long>(counted.acknowledged),
                  static_cast<unsigned long long>(stats->visits),
                  static_cast<unsigned long long>(counted.in_flight)));
  demo.say(text("%llu decisions of the dead worker wait for an outcome; another process may still report it.",
                static_cast<unsigned long long>(stats->pending)));
  const uint32_t fresh = demo.processes.start();
  demo.check(fresh < kWorkerPlaces &&
                 demo.run_until([&] { return value(demo.board.workers[fresh].acknowledged) > 0; }),
             "a new worker took its place and goes on from what was learned");
}

void swap_the_snapshot(Demo& demo) {
  demo.screen.head("6. Learned values are spoilt, and yesterday's come back by copying a file");
  const Watched watched = watch(demo);
  const auto taken = demo.state.snapshot();
  const auto path = demo.state.snapshot_path(taken->sequence);
  const std::array<double, 2> good = values_of(demo, watched);
  const double rate_before = demo.over(0.8).compared().learned_rate();
  if (!demo.check(taken.ok() && path.ok(), text("snapshot %llu taken: %llu states, %llu visits, %llu bytes",
                                                static_cast<unsigned long long>(taken->sequence),
                                                static_cast<unsigned long long>(taken->rows),
                                                static_cast<unsigned long long>(taken->visits),
                                                static_cast<unsigned long long>(taken->bytes)))) {
    return;
  }
  demo.say(
      text("Q-values of %s, %s, size=small: ", agents()[watched.place].name, task_type_of(watched.kind)) +
      in_words(demo, watched, good));
  demo.say("Now the grader breaks: the worst variants always get full marks. Hosts report what it says.");
  double rate_spoilt = 0;
  const bool is_spoilt = spoil(demo, watched, &rate_spoilt);
  const std::array<double, 2> spoilt = values_of(demo, watched);
  if (!demo.check(
          is_spoilt,
          text("Remora learned what it was told; in truth learned routing fell from %.1f %% to %.1f %%",
               100 * rate_before, 100 * rate_spoilt))) {
    return;
  }
  demo.say("Q-values: " + in_words(demo, watched, spoilt));
  demo.say(text("The grader is repaired.   cp %s active.rsnap.new; mv active.rsnap.new active.rsnap",
                path->c_str()));
  const double milliseconds = swap(demo, *path);
  demo.run_for(0.2);  // each worker looks at its Q-values again
  if (!demo.check(milliseconds >= 0 && values_are_back(demo, good[1], spoilt[1]),
                  text("all %u workers had the old values %.0f ms later, without a restart",
                       demo.processes.living(), milliseconds))) {
    return;
  }
  demo.say("Q-values: " + in_words(demo, watched, values_of(demo, watched)));
  demo.board.watch_agent = 0;
  const AgentFigures after = demo.over(1.5).compared();
  demo.check(after.learned_rate() > after.control_rate(),
             text("learned routing is back at %.1f %%, baseline %.1f %%", 100 * after.learned_rate(),
                  100 * after.control_rate()));
}

}  // namespace fleet
