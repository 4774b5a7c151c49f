// The demo's own process: opens the state like any host, starts the workers, runs the acts, shows what
// happens, and holds what it says against what is.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "board.hpp"
#include "events.hpp"
#include "figures.hpp"
#include "processes.hpp"
#include "screen.hpp"
#include "table.hpp"

namespace fleet {

struct DemoOptions {
  std::string program;    // this program's own file, to start workers from
  std::string directory;  // for the state; empty = a new temporary folder
  bool quick = false;     // less time for each act
  bool discard = false;   // remove the state at the end
};

class Demo {
 public:
  Demo(const DemoOptions& with, std::string folder, remora::State opened, const Roster& names, Board& shared,
       int board_descriptor);

  // Lets the fleet work until something is so; false when it is not after the patience of a slow machine.
  bool run_until(const std::function<bool()>& is_so);
  void run_for(double seconds);

  void say(const std::string& line) { screen.say("  " + line); }
  // Says whether what was to be shown came true, and remembers when it did not.
  bool check(bool came_true, const std::string& what);
  bool all_came_true() const { return failures_ == 0; }

  // Figures of the time since `earlier`, after letting the fleet work so long.
  Figures over(double seconds);

  View view() const { return {state, roster, board, recent, events, processes.living()}; }
  int64_t now_ns() const { return board.now_ns(); }

  DemoOptions options;
  std::string directory;
  remora::State state;
  Roster roster;
  Board& board;
  Processes processes;
  Screen screen;
  Events events;
  Recent recent{3.0};
  Figures compared_from;                          // when the two arms began to run side by side
  std::vector<remora::RolloutId> quiet_rollouts;  // whose events are not told one by one

 private:
  void step();
  void tell(const std::vector<remora::Event>& fresh);
  bool quiet(const remora::Event& event) const;

  int failures_ = 0;
  int64_t last_line_ns_ = 0;
  int64_t last_told_ns_ = 0;
};

// Runs all of it; the exit code.
int run_demo(const DemoOptions& options);

// The acts, in the order in which they are played. Each leaves the world as it found it.
void roll_out_learning(Demo& demo);  // learned routing against the baseline, side by side
void break_a_variant(Demo& demo);
void bad_rollout(Demo& demo);
void good_rollout(Demo& demo);
void kill_a_worker(Demo& demo);
void swap_the_snapshot(Demo& demo);
void throw_the_kill_switch(Demo& demo);

// What it all came to, in plain words.
void sum_up(Demo& demo);

}  // namespace fleet
