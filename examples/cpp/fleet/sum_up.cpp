// What the demo came to, in figures that it measured.
#include <fstream>

#include "demo.hpp"
#include "look.hpp"
#include "tasks.hpp"

namespace fleet {
namespace {

// Share of task texts whose kind the classifier found.
double classified_right(const Demo& demo) {
  constexpr int kTexts = 600;
  Dice dice(7);
  int right = 0;
  for (int i = 0; i < kTexts; ++i) {
    const auto kind = static_cast<Kind>(dice.below(kKinds));
    const TaskText task = write_task(kind, dice.chance(0.4), dice);
    const auto found = demo.state.classify(task.text, task.files);
    right += found.ok() && *demo.state.name_of(found->task_type) == task_type_of(kind) ? 1 : 0;
  }
  return static_cast<double>(right) / kTexts;
}

void say_what_was_learned(Demo& demo, const Figures& all) {
  const AgentFigures arms = (all - demo.compared_from).compared();
  demo.say(text(
      "Side by side, learned routing succeeded at %.1f %% of %llu tasks, the baseline at %.1f %% of %llu:",
      100 * arms.learned_rate(), static_cast<unsigned long long>(arms.learned), 100 * arms.control_rate(),
      static_cast<unsigned long long>(arms.control)));
  demo.say("learning from nothing, exploring, the broken variant and the spoilt values included.");
  const Knowledge known = compare_with_world(demo.state, demo.roster, demo.board.hours());
  demo.say(
      text("In %u of %u states it now prefers a variant as good as the world's best. The best one had "
           "changed on the",
           known.right, known.states));
  demo.say(text("way in %u of them; %u of these were found anew.", known.changed, known.right_of_changed));
}

}  // namespace

void sum_up(Demo& demo) {
  const Figures all = figures_now(demo.board);
  const auto stats = demo.state.stats_get();
  const auto metrics = demo.state.metrics_text();
  std::ofstream(demo.directory + "/metrics.txt") << *metrics;
  demo.screen.head(demo.all_came_true() ? "Summary: every act came true"
                                        : "Summary: NOT every act came true");
  demo.say(
      text("%llu tasks routed and %llu outcomes recorded in %s of simulated time, by %u processes; %llu "
           "shadow runs.",
           static_cast<unsigned long long>(all.routed()), static_cast<unsigned long long>(all.acknowledged),
           day_and_hour(demo.now_ns() - demo.board.start_ns).c_str(), demo.processes.started(),
           static_cast<unsigned long long>(all.shadow_runs)));
  say_what_was_learned(demo, all);
  demo.say(text("The classifier found the kind of %.0f %% of the task texts.", 100 * classified_right(demo)));
  demo.say(
      text("Route took at most %.2f us in half of the calls, %.2f us in 99 of 100, timed by the workers amid "
           "their work.",
           route_time(demo.board, 0.50) * 1e-3, route_time(demo.board, 0.99) * 1e-3));
  demo.say(text("%llu snapshots were taken, %llu events published; %llu states in use.",
                static_cast<unsigned long long>(demo.events.count(REMORA_EVENT_SNAPSHOT_TAKEN)),
                static_cast<unsigned long long>(stats->events),
                static_cast<unsigned long long>(stats->states)));
  if (demo.options.discard) {
    return;
  }
  demo.say("Where to look:");
  demo.say("  " + demo.directory + "/events.jsonl   every event, a line each");
  demo.say("  " + demo.directory + "/metrics.txt    what a metrics collector would have read at the end");
  demo.say("  " + demo.directory + "/snapshots/     what learned routing can go back to");
  demo.say("  " + demo.directory + "/remora.json    the fleet's configuration");
  demo.say("Remove the folder when you have seen enough; docs/operations.md goes on from here.");
}

}  // namespace fleet
