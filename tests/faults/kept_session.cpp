// What a session finds in its state, held against what must be there.
#include <cmath>
#include <string>

#include "abi/plugin.hpp"
#include "faults/session.hpp"

namespace remora::test {

using abi_test::sized;

void Session::add_name(const std::string& label) {
  remora_id id = 0;
  if (open()) {
    checked(api_.intern(handle_, REMORA_KIND_LABEL, label.data(), label.size(), &id, &error_), "intern");
  }
}

void Session::set_blocked(bool blocked) {
  if (open()) {
    checked((blocked ? api_.variant_block : api_.variant_unblock)(handle_, agent_, kBlocked, &error_),
            "block");
  }
}

void Session::set_mode(uint32_t mode) {
  auto control = sized<remora_control>();
  control.enabled = 1;
  control.learning = 1;
  control.mode = mode;
  if (open()) {
    checked(api_.control_set(handle_, &control, &error_), "control_set");
  }
}

Kept Session::found() {
  Kept found;
  auto stats = sized<remora_stats>();
  auto control = sized<remora_control>();
  checked(api_.stats_get(handle_, &stats, &error_), "stats_get");
  checked(api_.control_get(handle_, &control, &error_), "control_get");
  found.values[stats.generation] = found_values();
  found.mode = control.mode;
  for (uint32_t kind = REMORA_KIND_CATEGORY; kind <= REMORA_KIND_ROLLOUT; ++kind) {
    uint64_t cursor = 0;
    remora_id id = 0;
    for (uint32_t count = 1; count != 0;) {
      char text[128] = "";
      uint64_t needed = 0;
      checked_code(api_.list_names(handle_, kind, &cursor, &id, 1, &count), "list_names");
      if (count != 0 &&
          checked(api_.name_of(handle_, id, text, sizeof text, &needed, &error_), "name_of") == REMORA_OK) {
        found.names[{kind, text}] = id;
      }
    }
  }
  auto agent = sized<remora_agent>();
  if (const auto name = found.names.find({REMORA_KIND_AGENT, "architect"}); name != found.names.end()) {
    agent.agent = name->second;
    found.blocked = api_.agent_info(handle_, &agent, &error_) == REMORA_OK &&
                    (agent.blocked_variants >> kBlocked & 1) != 0;
  }
  auto rollout = sized<remora_rollout>();
  if (const auto name = found.names.find({REMORA_KIND_ROLLOUT, "second"});
      name != found.names.end() &&
      api_.rollout_status(handle_, name->second, &rollout, &error_) == REMORA_OK &&
      rollout.state != REMORA_ROLLOUT_ROLLED_BACK) {
    found.progress = 1 + (rollout.state == REMORA_ROLLOUT_COMPLETE ? rollout.stage_count : rollout.stage);
  }
  return found;
}

Kept::Values Session::found_values() {
  Kept::Values values;
  uint64_t cursor = 0;
  auto cell = sized<remora_q_cell>();
  for (uint32_t count = 1; count != 0;) {
    count = 0;
    checked_code(api_.q_cells(handle_, &cursor, &cell, 0, 1, &count), "q_cells");
    if (count != 0) {
      values[{cell.agent, cell.task_type, cell.variant}] = {cell.q_value, cell.visits};
    }
  }
  return values;
}

void Session::expect_kept(const Kept& kept) {
  const Kept now = found();
  for (const auto& [name, id] : kept.names) {
    if (const auto there = now.names.find(name); there == now.names.end() || there->second != id) {
      complain("the name " + name.second + " was synced and is gone, or under another id");
    }
  }
  if (kept.blocked && !now.blocked) {
    complain("the variant was blocked when it was synced, and is not");
  }
  if (kept.mode.has_value() && now.mode != kept.mode) {
    complain("mode " + std::to_string(*kept.mode) + " was synced, and is " + std::to_string(*now.mode));
  }
  if (now.progress < kept.progress) {
    complain("the rollout's progress was " + std::to_string(kept.progress) + " when it was synced, and is " +
             std::to_string(now.progress));
  }
  const auto& [generation, values] = *now.values.begin();
  const auto expected = kept.values.find(generation);
  if (expected == kept.values.end()) {
    if (!kept.values.empty()) {
      complain("generation " + std::to_string(generation) + " is in force, which cannot be");
    }
    return;
  }
  // An outcome more, and the value may be another; it is one word with its count.
  for (const auto& [cell, value] : expected->second) {
    const auto there = values.find(cell);
    if (there == values.end() || there->second.visits < value.visits ||
        (there->second.visits == value.visits && there->second.q != value.q)) {
      complain("of variant " + std::to_string(std::get<2>(cell)) + " " + std::to_string(value.visits) +
               " outcomes were synced, and are " +
               (there == values.end() ? "gone" : std::to_string(there->second.visits)));
    }
  }
}

}  // namespace remora::test
