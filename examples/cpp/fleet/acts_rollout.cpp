// Acts about rollouts: learned routing against the baseline, a variant that is worse, a variant that is
// better.
#include <algorithm>
#include <array>
#include <cmath>

#include "demo.hpp"

namespace fleet {
namespace {

constexpr int64_t kHour = 3'600'000'000'000;

remora_rollout_stage stage(remora_mode mode, uint32_t share_percent, int64_t hours, uint32_t samples) {
  remora_rollout_stage made{};
  made.mode = static_cast<uint32_t>(mode);
  made.share_basis_points = share_percent * 100;
  made.minimum_ns = hours * kHour;
  made.minimum_samples = samples;
  made.margin = 0.05;
  made.maximum_drop = 0.10;
  return made;
}

remora::RolloutPlan plan(remora::AgentId agent, uint32_t treatment,
                         std::initializer_list<remora_rollout_stage> stages, int64_t now_ns) {
  remora::RolloutPlan made;
  made.agent = agent;
  made.treatment = treatment;
  made.now_ns = now_ns;
  for (const remora_rollout_stage& each : stages) {
    made.stages[made.stage_count++] = each;
  }
  return made;
}

// Standard error of the difference of two rates.
double standard_error(const AgentFigures& figures) {
  const double a = figures.learned_rate();
  const double b = figures.control_rate();
  return std::sqrt(a * (1 - a) / static_cast<double>(figures.learned + 1) +
                   b * (1 - b) / static_cast<double>(figures.control + 1));
}

// Starts a rollout of a newcomer; the rollout's id, or 0.
remora::RolloutId start_newcomer(Demo& demo, uint32_t agent, const char* name, uint32_t* variant,
                                 std::initializer_list<remora_rollout_stage> stages) {
  const auto newcomer = register_newcomer(demo.state, demo.roster.agents[agent], name);
  *variant = newcomer->variant;
  const auto rollout = demo.state.rollout_start(
      name, plan(demo.roster.agents[agent], newcomer->variant, stages, demo.now_ns()));
  if (!newcomer || !rollout) {
    demo.check(false, "the rollout could not start: " +
                          std::string(!newcomer ? newcomer.error().text() : rollout.error().text()));
    return {};
  }
  return *rollout;
}

uint32_t rollout_state(const Demo& demo, remora::RolloutId rollout) {
  const auto status = demo.state.rollout_status(rollout);
  return status.ok() ? status->state : 0;
}

// Whether learned routing has come so far for all of its agents.
bool all_at_stage(const Demo& demo, uint32_t stage_number) {
  return std::all_of(demo.quiet_rollouts.begin(), demo.quiet_rollouts.end(), [&](remora::RolloutId rollout) {
    const auto status = demo.state.rollout_status(rollout);
    return status.ok() && status->stage >= stage_number;
  });
}

}  // namespace

void roll_out_learning(Demo& demo) {
  demo.screen.head("1. Learned routing is rolled out to 16 agents");
  demo.say(
      "First the baseline runs and learning only watches; then learned routing gets half of the users, then "
      "80 %.");
  demo.say("The rest stay with the baseline as a control group, so the two can be compared side by side.");
  for (uint32_t agent = 0; agent < kAgents; ++agent) {
    if (has_newcomer(agent)) {
      continue;
    }
    const auto rollout = demo.state.rollout_start(
        text("learned-%s", agents()[agent].name),
        plan(demo.roster.agents[agent], REMORA_TREATMENT_LEARNED,
             {stage(REMORA_MODE_MONITOR, 0, 4, 100), stage(REMORA_MODE_CANARY, 50, 8, 300),
              stage(REMORA_MODE_CANARY, 80, 8000, 1000)},
             demo.now_ns()));
    if (!rollout) {
      demo.check(false, "a rollout could not start: " + std::string(rollout.error().text()));
      return;
    }
    demo.quiet_rollouts.push_back(*rollout);
  }
  if (demo.run_until([&] { return all_at_stage(demo, 1); })) {
    demo.say("Monitor is over for all 16: half of the users of each get learned routing now.");
  }
  demo.compared_from = figures_now(demo.board);
  const bool arrived = demo.run_until([&] { return all_at_stage(demo, 2); });
  demo.check(arrived,
             "all 16 rollouts went from monitor over 50 % to 80 % of the users, by their own criteria");
  AgentFigures last;
  const bool better = demo.run_until([&] {
    last = demo.recent.change().compared();
    return last.control > 300 && last.learned_rate() - last.control_rate() > 4 * standard_error(last) &&
           demo.board.hours() > (demo.options.quick ? 20 : 30);
  });
  demo.check(
      better,
      text("in the last seconds learned routing succeeded at %.1f %% of its tasks, the baseline at %.1f %%",
           100 * last.learned_rate(), 100 * last.control_rate()));
}

void bad_rollout(Demo& demo) {
  const char* agent = agents()[kBadRolloutAgent].name;
  demo.screen.head(text("3. A bad rollout: %s gets a new prompt that is worse", agent));
  uint32_t variant = 0;
  const uint64_t begin = demo.events.next();
  const remora::RolloutId rollout =
      start_newcomer(demo, kBadRolloutAgent, "hasty-prompt", &variant,
                     {stage(REMORA_MODE_CANARY, 20, 12, 150), stage(REMORA_MODE_FULL, 100, 12, 100)});
  const bool rolled_back =
      demo.run_until([&] { return rollout_state(demo, rollout) == REMORA_ROLLOUT_ROLLED_BACK; });
  demo.run_for(0.5);  // what was on its way arrives
  const remora::Event* verdict = demo.events.find(begin, [&](const remora::Event& event) {
    return event.kind == REMORA_EVENT_ROLLED_BACK && event.rollout == rollout;
  });
  if (!demo.check(rolled_back && verdict != nullptr, "it was rolled back without anybody's doing")) {
    return;
  }
  const AgentFigures before = figures_now(demo.board).agents[kBadRolloutAgent];
  demo.say(text("Success was %.0f points off the others' after %llu tasks with it and %llu without.",
                100 * verdict->value, static_cast<unsigned long long>(verdict->detail[0]),
                static_cast<unsigned long long>(verdict->detail[1])));
  const AgentFigures after = demo.over(1.0).agents[kBadRolloutAgent];
  demo.check(after.routed > 0 && after.chosen[variant] == 0,
             text("%llu tasks met it in all; none of the %llu since then",
                  static_cast<unsigned long long>(before.chosen[variant]),
                  static_cast<unsigned long long>(after.routed)));
}

void good_rollout(Demo& demo) {
  const char* agent = agents()[kGoodRolloutAgent].name;
  demo.screen.head(text("4. A good rollout: %s gets a new prompt that is better", agent));
  demo.say(
      "Monitor: the rest of the fleet goes on. Shadow: it runs beside, nobody uses its answers. Canary: 25 % "
      "of the");
  demo.say("users. Full: all. Each stage lasts its minimum time, and advances only when the figures hold.");
  uint32_t variant = 0;
  const uint64_t begin = demo.events.next();
  const remora::RolloutId rollout =
      start_newcomer(demo, kGoodRolloutAgent, "better-prompt", &variant,
                     {stage(REMORA_MODE_MONITOR, 0, 2, 30), stage(REMORA_MODE_SHADOW, 100, 2, 60),
                      stage(REMORA_MODE_CANARY, 25, 4, 60), stage(REMORA_MODE_FULL, 100, 2, 100)});
  std::array<bool, 5> seen{};
  const bool complete = demo.run_until([&] {
    const auto status = demo.state.rollout_status(rollout);
    if (status.ok() && status->mode < seen.size()) {
      seen[status->mode] = true;
    }
    return status.ok() && status->state == REMORA_ROLLOUT_COMPLETE;
  });
  const bool by_events = demo.events.seen(begin, [&](const remora::Event& event) {
    return event.kind == REMORA_EVENT_STAGE_ADVANCED && event.rollout == rollout && event.stage == 3;
  });
  demo.check(complete && by_events && seen[REMORA_MODE_MONITOR] && seen[REMORA_MODE_SHADOW] &&
                 seen[REMORA_MODE_CANARY],
             "it went through monitor, shadow, canary and full, and is complete");
  demo.run_for(0.5);
  const AgentFigures after = demo.over(1.0).agents[kGoodRolloutAgent];
  demo.check(after.routed > 0 && after.chosen[variant] == after.routed,
             text("all of the agent's tasks go to it now, and %.1f %% of them succeed",
                  100.0 * static_cast<double>(after.chosen_ok[variant]) /
                      static_cast<double>(after.chosen[variant] + 1)));
}

}  // namespace fleet
