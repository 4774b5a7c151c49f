// Everything that remora.json can say, as plain values with the production defaults. Knows no JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/heap.hpp"
#include "config/overrides.hpp"
#include "guard/settings.hpp"
#include "learn/settings.hpp"
#include "rollout/settings.hpp"
#include "route/classifier.hpp"
#include "route/task_rules.hpp"
#include "snapshot/settings.hpp"
#include "store/roster.hpp"
#include "store/settings.hpp"

namespace remora::config {

// What the configuration holds down: see ops/control.hpp for what is in force.
struct ControlSettings {
  bool enabled = true;
  bool learning = true;
  bool monitor = false;  // mode "monitor" rather than "full"
};

// How the state is made (capacities) and kept (the rest, read at open).
struct StateSettings {
  store::Capacities capacities;
  bool memory_backed = false;
  int64_t sync_interval_ns = 1'000'000'000;  // 0 = never
};

struct ClassifierRules {
  bool use_default_rules = true;
  route::ClassifierSettings settings;
  std::vector<route::TaskRule> rules;  // beside the default ones
};

// What a variant starts from before its first outcome.
struct Prior {
  float value = 0;
  uint32_t weight = 5;  // outcomes that it counts as
};

struct Variant {
  base::String name;
  store::VariantProperties properties;
  std::optional<Prior> prior;
};

// Names of agents that do much the same.
using TransferGroup = base::Vector<base::String>;

// An agent that is registered when the settings are applied; without variants, only its overrides count.
struct Agent {
  base::String name;
  base::String category;  // empty = "general", or whatever the agent is registered under
  base::Vector<Variant> variants;
  Overrides overrides;
};

struct Category {
  base::String name;
  Overrides overrides;
};

// Lines below the level are dropped; kOff drops all. Numbered as remora_log_function's levels.
enum class LogLevel : uint8_t { kTrace, kDebug, kInfo, kWarning, kError, kCritical, kOff };

// A text file in the state directory that is set aside at a size: name, name.1 ... name.<files - 1>, the
// oldest last.
struct FileSettings {
  bool enabled = false;
  uint64_t max_bytes = 1U << 20;
  uint32_t files = 3;  // kept, the current one included
};

struct LogSettings {
  LogLevel level = LogLevel::kInfo;
  FileSettings file;
};

struct Settings {
  ControlSettings control;
  learn::Settings learning;
  guard::Settings safety;
  rollout::Settings rollout;
  snapshot::Settings snapshots;
  StateSettings state;
  ClassifierRules classifier;
  base::Vector<Category> categories;
  base::Vector<Agent> agents;
  base::Vector<TransferGroup> transfer_groups;
  LogSettings log;
  FileSettings event_log{true, 8U << 20, 4};
};

// What holds for one agent: the fleet's values, overridden by its category's, overridden by its own.
struct AgentSettings {
  learn::Settings learning;
  guard::Settings safety;
};
AgentSettings settings_of(const Settings& settings, std::string_view category, std::string_view agent);

// Whether the settings name the agent or its category: all others have the fleet's.
bool has_settings_of(const Settings& settings, std::string_view category, std::string_view agent);

}  // namespace remora::config
