#include "look.hpp"

#include <array>
#include <bit>
#include <map>
#include <tuple>

#include "tasks.hpp"
#include "world.hpp"

namespace fleet {

namespace {

// Calls use(cell) for each learned value.
template <class Use>
void for_each_cell(const remora::State& state, Use&& use) {
  std::array<remora::QCell, 128> cells;
  uint64_t cursor = 0;
  for (;;) {
    const auto part = state.q_cells(cursor, cells);
    if (!part || part->empty()) {
      return;
    }
    for (const remora::QCell& cell : *part) {
      use(cell);
    }
  }
}

}  // namespace

double q_value(const remora::State& state, remora_id agent, remora_id task_type, remora_id label,
               uint32_t variant) {
  double found = 0;
  for_each_cell(state, [&](const remora::QCell& cell) {
    if (cell.agent == agent && cell.task_type == task_type && cell.variant == variant &&
        cell.label_count == 1 && cell.labels[0] == label) {
      found = cell.q_value;
    }
  });
  return found;
}

Knowledge compare_with_world(const remora::State& state, const Roster& roster, double hours) {
  struct Best {
    uint32_t variant = 0;
    double q = -1e9;
  };
  std::map<std::tuple<remora_id, remora_id, remora_id>, Best> best;
  for_each_cell(state, [&](const remora::QCell& cell) {
    Best& known = best[{cell.agent, cell.task_type, cell.labels[0]}];
    if (cell.visits > 0 && cell.q_value > known.q) {
      known = {cell.variant, cell.q_value};
    }
  });
  Knowledge sum;
  for (uint32_t agent = 0; agent < kAgents; ++agent) {
    for (const Kind kind : agents()[agent].kinds) {
      for (const bool large : {false, true}) {
        const auto type = state.find<remora::TaskTypeId>(task_type_of(kind));
        const auto found = best.find({roster.agents[agent], *type, large ? roster.large : roster.small});
        if (has_newcomer(agent) || !type || found == best.end()) {
          continue;
        }
        const uint32_t ideal = best_variant(agent, kind, large, hours);
        const bool right = success_rate(agent, kind, found->second.variant, large, hours) >
                           success_rate(agent, kind, ideal, large, hours) - 0.02;
        const bool changed = best_variant(agent, kind, large, 0) != ideal;
        sum.states += 1;
        sum.right += right ? 1 : 0;
        sum.changed += changed ? 1 : 0;
        sum.right_of_changed += right && changed ? 1 : 0;
      }
    }
  }
  return sum;
}

void show_watched(const remora::State& state, const Board& board, WorkerCounts& counts) {
  const uint32_t agent = board.watch_agent.load(std::memory_order_acquire);
  if (agent == 0) {
    return;
  }
  for (size_t i = 0; i < 2; ++i) {
    const double value =
        q_value(state, agent, board.watch_task_type, board.watch_label, board.watch_variant[i]);
    counts.watched[i].store(std::bit_cast<uint64_t>(value), std::memory_order_relaxed);
  }
}

}  // namespace fleet
