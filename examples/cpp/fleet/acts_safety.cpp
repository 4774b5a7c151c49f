// Acts about safety: a variant that breaks, and the kill switch.
#include <algorithm>

#include "demo.hpp"

namespace fleet {
namespace {

// The variant that learned routing uses most, the baseline left out.
uint32_t most_used(const AgentFigures& figures) {
  uint32_t most = 1;
  for (uint32_t v = 2; v < kMostVariants; ++v) {
    most = figures.chosen[v] > figures.chosen[most] ? v : most;
  }
  return most;
}

bool event_of(const remora::Event& event, remora_event_kind kind, remora::AgentId agent, uint32_t variant) {
  return event.kind == static_cast<uint32_t>(kind) && event.agent == agent && event.variant == variant;
}

remora::Control control(bool enabled) {
  remora::Control word;
  word.enabled = enabled ? 1 : 0;
  word.learning = 1;
  word.mode = REMORA_MODE_FULL;
  return word;
}

}  // namespace

void break_a_variant(Demo& demo) {
  const remora::AgentId agent = demo.roster.agents[kBrokenAgent];
  const uint32_t variant = most_used(demo.recent.change().agents[kBrokenAgent]);
  const std::string name = *demo.state.variant_name(agent, variant);
  demo.screen.head(text("2. A variant breaks: %s/%s, the one this agent uses most",
                        agents()[kBrokenAgent].name, name.c_str()));
  demo.say("Its model starts to answer nonsense: 97 % of its tasks fail from now on.");
  const uint64_t begin = demo.events.next();
  const Figures intact = figures_now(demo.board);
  demo.board.broken_variant = variant;
  demo.board.broken_agent = kBrokenAgent;
  const bool blocked = demo.run_until([&] {
    return demo.events.seen(begin, [&](const remora::Event& event) {
      return event_of(event, REMORA_EVENT_VARIANT_BLOCKED, agent, variant);
    });
  });
  const auto verdict = demo.state.safety_check(agent, variant, demo.now_ns());
  demo.run_for(0.2);  // what was on its way arrives
  const AgentFigures harmed = (figures_now(demo.board) - intact).agents[kBrokenAgent];
  demo.check(blocked && verdict.ok() && verdict->allowed == 0,
             text("the safety check blocked it: %u of its last %u tasks succeeded; it met %llu tasks",
                  verdict->window_successes, verdict->window_count,
                  static_cast<unsigned long long>(harmed.chosen[variant])));
  demo.board.broken_agent = kAgents;  // repaired, but nobody tells Remora
  const AgentFigures since = demo.over(1.0).agents[kBrokenAgent];
  const uint64_t ok = since.control_ok + since.learned_ok;
  const auto again = demo.state.safety_check(agent, variant, demo.now_ns());
  if (again.ok() && again->allowed == 0) {  // unless its time was over already
    demo.check(
        since.routed > 0 && since.chosen[variant] == 0 && 2 * ok > since.routed,
        text("the agent goes on without it, with %s as the safe variant: %.1f %% of %llu tasks succeeded",
             demo.state.variant_name(agent, verdict->safe_variant)->c_str(),
             100.0 * static_cast<double>(ok) / static_cast<double>(std::max<uint64_t>(since.routed, 1)),
             static_cast<unsigned long long>(since.routed)));
  }
  const bool back = demo.run_until([&] {
    return demo.events.seen(begin, [&](const remora::Event& event) {
      return event_of(event, REMORA_EVENT_VARIANT_UNBLOCKED, agent, variant);
    });
  });
  demo.check(back, "it has been repaired meanwhile; after eight hours it was let back in on probation");
}

void throw_the_kill_switch(Demo& demo) {
  demo.screen.head("7. The kill switch");
  demo.say("Somebody wants the baseline, everywhere, now. One call in one process:");
  const auto thrown = demo.state.control_set(control(false));
  Figures last;
  const bool off = thrown.ok() && demo.run_until([&] {
    last = demo.over(0.3);
    return last.routed() > 0 && last.control_off == last.routed();
  });
  demo.check(
      off,
      text("every process gives the baseline: all of the last %llu decisions say that the switch is thrown",
           static_cast<unsigned long long>(last.routed())));
  demo.run_for(demo.options.quick ? 0.5 : 2.0);
  const auto released = demo.state.control_set(control(true));
  const bool on = released.ok() && demo.run_until([&] {
    last = demo.over(0.3);
    return last.routed() > 0 && last.control_off == 0;
  });
  demo.check(on, text("released: none of the last %llu decisions does",
                      static_cast<unsigned long long>(last.routed())));
  demo.run_for(demo.options.quick ? 0.5 : 2.0);
}

}  // namespace fleet
