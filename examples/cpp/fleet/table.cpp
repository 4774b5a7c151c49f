#include "table.hpp"

#include <bit>
#include <cstring>

#include "screen.hpp"

namespace fleet {
namespace {

std::string percent(uint64_t ok, uint64_t of) {
  return of < 20 ? std::string("-")
                 : text("%.1f %%", 100.0 * static_cast<double>(ok) / static_cast<double>(of));
}

// "canary 80 %", of the agent's newest rollout; what a finished one left behind.
std::string stage_of(const View& view, size_t agent) {
  const auto gate = view.state.rollout_gate(view.roster.agents[agent], 1);
  if (!gate || gate->state == 0) {
    return "no rollout";
  }
  if (gate->state == REMORA_ROLLOUT_ROLLED_BACK) {
    return "rolled back";
  }
  if (gate->state == REMORA_ROLLOUT_COMPLETE) {
    return "complete";
  }
  return gate->mode == REMORA_MODE_MONITOR
             ? std::string("monitor")
             : text("%s %u %%", mode_name(gate->mode), gate->share_basis_points / 100);
}

std::string blocked_of(const View& view, size_t agent) {
  const auto info = view.state.agent_info(view.roster.agents[agent]);
  std::string names;
  for (uint32_t v = 0; info.ok() && v < info->variant_count; ++v) {
    if ((info->blocked_variants >> v & 1) != 0) {
      names += (names.empty() ? "" : " ") + std::string(agents()[agent].name) + "/" +
               *view.state.variant_name(view.roster.agents[agent], v);
    }
  }
  return names;
}

double epsilon(const View& view) {
  double highest = 0;
  for (const WorkerCounts& worker : view.board.workers) {
    highest = std::max(highest, std::bit_cast<double>(value(worker.epsilon)));
  }
  return highest;
}

// One row for the agents [first, end).
std::string row(const View& view, const Figures& last, const char* name, size_t first, size_t end) {
  AgentFigures sum;
  std::string blocked;
  std::string stages;
  for (size_t agent = first; agent < end; ++agent) {
    sum += last.agents[agent];
    const std::string kept_out = blocked_of(view, agent);
    blocked += (blocked.empty() || kept_out.empty() ? "" : " ") + kept_out;
    const std::string stage = stage_of(view, agent);
    if (stages.find(stage) == std::string::npos) {
      stages += (stages.empty() ? "" : ", ") + stage;
    }
  }
  const double seconds = static_cast<double>(last.wall_ns) * 1e-9;
  return text("  %-25s %7.0f  %8s  %8s   %-28s %s", name,
              seconds > 0 ? static_cast<double>(sum.routed) / seconds : 0.0,
              percent(sum.control_ok, sum.control).c_str(), percent(sum.learned_ok, sum.learned).c_str(),
              stages.c_str(), blocked.c_str());
}

std::string control_in_words(const View& view) {
  const auto control = view.state.control_get();
  return !control || control->enabled != 0 ? "on" : "KILL SWITCH";
}

}  // namespace

std::vector<std::string> table_rows(const View& view, bool by_agent) {
  const Figures last = view.recent.change();
  const AgentFigures compared = last.compared();
  const auto stats = view.state.stats_get();
  std::vector<std::string> rows;
  rows.push_back(text(
      "  -- %s -- %.0f tasks/s, %u processes, epsilon %.2f, %llu snapshots, generation %llu, routing: %s",
      day_and_hour(view.board.now_ns() - view.board.start_ns).c_str(), view.recent.per_second(),
      view.processes, epsilon(view),
      static_cast<unsigned long long>(view.events.count(REMORA_EVENT_SNAPSHOT_TAKEN)),
      static_cast<unsigned long long>(stats.ok() ? stats->generation : 0), control_in_words(view).c_str()));
  rows.push_back(text("  %-25s %7s  %8s  %8s   %-28s %s", by_agent ? "agent" : "category", "tasks/s",
                      "baseline", "learned", "stage", "blocked"));
  for (size_t first = 0; first < kAgents;) {
    size_t end = first + 1;
    while (!by_agent && end < kAgents && std::strcmp(agents()[end].category, agents()[first].category) == 0) {
      ++end;
    }
    rows.push_back(row(view, last, by_agent ? agents()[first].name : agents()[first].category, first, end));
    first = end;
  }
  rows.push_back(text("  %-25s %7s  %8s  %8s   (agents with two arms, the last seconds)",
                      "success, side by side", "", percent(compared.control_ok, compared.control).c_str(),
                      percent(compared.learned_ok, compared.learned).c_str()));
  return rows;
}

std::string summary_line(const View& view) {
  const AgentFigures compared = view.recent.change().compared();
  size_t blocked = 0;
  for (size_t agent = 0; agent < kAgents; ++agent) {
    const auto info = view.state.agent_info(view.roster.agents[agent]);
    blocked += info.ok() ? static_cast<size_t>(std::popcount(info->blocked_variants)) : 0;
  }
  return text(
      "  %s | %.0f tasks/s | success: baseline %s, learned %s | epsilon %.2f | %zu blocked | stage %s | "
      "%llu snapshots | routing %s",
      day_and_hour(view.board.now_ns() - view.board.start_ns).c_str(), view.recent.per_second(),
      percent(compared.control_ok, compared.control).c_str(),
      percent(compared.learned_ok, compared.learned).c_str(), epsilon(view), blocked,
      stage_of(view, kBrokenAgent).c_str(),
      static_cast<unsigned long long>(view.events.count(REMORA_EVENT_SNAPSHOT_TAKEN)),
      control_in_words(view).c_str());
}

}  // namespace fleet
