#include "demo.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <thread>

namespace fleet {
namespace {

constexpr double kPatienceSeconds = 90;
constexpr uint32_t kWorkers = 3;

// The folder for the state, made if need be; empty when it cannot be used.
std::string make_directory(const DemoOptions& options) {
  if (options.directory.empty()) {
    std::string pattern = (std::filesystem::temp_directory_path() / "remora-fleet-XXXXXX").string();
    return mkdtemp(pattern.data()) == nullptr ? std::string() : pattern;
  }
  std::error_code problem;
  std::filesystem::create_directories(options.directory, problem);
  if (problem || !std::filesystem::is_empty(options.directory, problem) || problem) {
    std::fprintf(
        stderr,
        "--state %s: give a folder that is empty or can be made; the demo begins with nothing learned\n",
        options.directory.c_str());
    return {};
  }
  chmod(options.directory.c_str(), S_IRWXU);  // Remora refuses a folder that others may write
  return std::filesystem::absolute(options.directory).string();
}

bool write_file(const std::string& path, const std::string& content) {
  std::ofstream file(path, std::ios::binary);
  file << content;
  return file.good();
}

}  // namespace

Demo::Demo(const DemoOptions& with, std::string folder, remora::State opened, const Roster& names,
           Board& shared, int board_descriptor)
    : options(with),
      directory(std::move(folder)),
      state(std::move(opened)),
      roster(names),
      board(shared),
      processes(options.program, directory, shared, board_descriptor),
      events(state) {}

void Demo::step() {
  std::this_thread::sleep_for(std::chrono::milliseconds(40));
  if (const auto ticked = state.tick(now_ns()); !ticked && ticked.code() != REMORA_E_BUSY) {
    check(false, "a tick failed: " + std::string(ticked.error().text()));
  }
  tell(events.poll());
  recent.add(figures_now(board));
  screen.draw(table_rows(view(), screen.rows() >= 36));
  if (!screen.is_terminal() && monotonic_ns() - last_line_ns_ > 3'000'000'000) {
    last_line_ns_ = monotonic_ns();
    screen.say(summary_line(view()));
  }
  if (processes.lost_one()) {
    check(false, "a worker ended that nobody had killed");
  }
}

// Events as they come.
void Demo::tell(const std::vector<remora::Event>& fresh) {
  for (const remora::Event& event : fresh) {
    const std::string words = quiet(event) ? std::string() : events.in_words(event);
    if (!words.empty()) {
      // Some events bear the library's own clock, which runs behind the simulated one.
      last_told_ns_ = std::max(last_told_ns_, event.time_ns);
      screen.say(text("    [%s] ", day_and_hour(last_told_ns_ - board.start_ns).c_str()) + words);
    }
  }
}

bool Demo::quiet(const remora::Event& event) const {
  return event.rollout != 0 &&
         std::find(quiet_rollouts.begin(), quiet_rollouts.end(), event.rollout) != quiet_rollouts.end();
}

bool Demo::run_until(const std::function<bool()>& is_so) {
  const int64_t end = monotonic_ns() + static_cast<int64_t>(kPatienceSeconds * 1e9);
  while (!is_so()) {
    if (monotonic_ns() > end || failures_ > 0) {
      return false;
    }
    step();
  }
  return true;
}

void Demo::run_for(double seconds) {
  const int64_t end = monotonic_ns() + static_cast<int64_t>(seconds * 1e9);
  run_until([&] { return monotonic_ns() >= end; });
}

Figures Demo::over(double seconds) {
  const Figures before = figures_now(board);
  run_for(seconds);
  return figures_now(board) - before;
}

bool Demo::check(bool came_true, const std::string& what) {
  failures_ += came_true ? 0 : 1;
  say((came_true ? "=> " : "=> NOT SO: ") + what);
  return came_true;
}

namespace {

void play(Demo& demo) {
  for (uint32_t i = 0; i < kWorkers; ++i) {
    if (demo.processes.start() >= kWorkerPlaces) {
      demo.check(false, "a worker process could not be started");
    }
  }
  const auto acts = {roll_out_learning, break_a_variant,   bad_rollout,          good_rollout,
                     kill_a_worker,     swap_the_snapshot, throw_the_kill_switch};
  for (const auto act : acts) {
    if (demo.all_came_true()) {
      act(demo);
    }
  }
  demo.check(demo.processes.stop(), "all workers ended by themselves, without an error");
  for (const WorkerCounts& worker : demo.board.workers) {
    if (worker.has_error != 0) {
      demo.check(false, std::string("a worker met an error: ") + worker.first_error);
    }
  }
  sum_up(demo);
}

// Simulated time starts now and runs ahead: an hour passes in half a second, or faster.
void set_clock(Board& board, bool quick) {
  board.wall_start_ns = monotonic_ns();
  board.start_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count();
  board.speed = (quick ? 5.0 : 2.0) * 3600;
  board.tasks_per_second = quick ? 1200 : 800;
}

}  // namespace

int run_demo(const DemoOptions& options) {
  const auto library = remora::Library::load();
  if (!library) {
    std::fprintf(stderr, "%s\n", std::string(library.error().text()).c_str());
    return 2;
  }
  const std::string directory = make_directory(options);
  int descriptor = -1;
  Board* board = make_board(&descriptor);
  if (directory.empty() || board == nullptr || !write_file(directory + "/remora.json", config_text())) {
    std::fprintf(stderr, "the folder for the state cannot be made or written\n");
    return 2;
  }
  set_clock(*board, options.quick);
  remora::Options open_options;
  open_options.flags = REMORA_OPEN_NO_AUTO_TICK;
  auto state = library->open(directory, open_options);
  const auto roster = state ? register_fleet(*state) : remora::Result<Roster>();
  if (!state || !roster) {
    std::fprintf(stderr, "%s\n", std::string((!state ? state.error() : roster.error()).text()).c_str());
    return 2;
  }
  Demo demo(options, directory, std::move(*state), *roster, *board, descriptor);
  demo.screen.say(text("Remora %s: a fleet of %zu agents, %u worker processes, one state directory:\n  %s",
                       library->version_text()->c_str(), kAgents, kWorkers, directory.c_str()));
  play(demo);
  (void)demo.state.close();
  if (options.discard) {
    std::error_code ignored;
    std::filesystem::remove_all(directory, ignored);
  }
  return demo.all_came_true() ? 0 : 1;
}

}  // namespace fleet
