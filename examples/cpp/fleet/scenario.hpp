// The fleet: 18 agents of a quality-engineering team, the variants each can be run as, and how Remora is told
// about them. Every process registers all of it at its start: registering what is there already changes
// nothing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include <remora/remora.hpp>

namespace fleet {

// What a task of the simulated world is about. Remora does not see this: it classifies the task's text and
// files.
enum class Kind : uint8_t {
  kTesting,
  kBugFix,
  kSecurity,
  kPerformance,
  kApi,
  kDeployment,
  kFrontend,
  kDatabase,
  kDocumentation,
  kReview,
  kObservability,
  kPipeline
};
inline constexpr size_t kKinds = 12;

// One way to run an agent. A real host keeps prompt and temperature; Remora needs the name, and may know tier
// and cost.
struct VariantSpec {
  const char* name;
  const char* prompt;
  double temperature;
  uint32_t tier;        // model tier, 1 the cheapest
  int64_t cost_micros;  // of a typical task
  double seconds;       // that a typical task takes
};

struct AgentSpec {
  const char* name;
  const char* category;
  std::array<Kind, 4> kinds;  // of the tasks it is given
  uint32_t variants;          // the first so many of variants(); the first is the baseline
};

inline constexpr size_t kAgents = 18;
inline constexpr uint32_t kMostVariants = 8;  // of one agent, newcomers included

std::span<const AgentSpec, kAgents> agents();
std::span<const VariantSpec> variants();

// Agents that the acts need. The two that get a new variant are routed by learning from the start; all others
// begin with the baseline, and learned routing is rolled out to them.
inline constexpr uint32_t kBrokenAgent = 0;        // test-generator: one of its variants breaks
inline constexpr uint32_t kBadRolloutAgent = 5;    // performance-tester gets a variant that is worse
inline constexpr uint32_t kGoodRolloutAgent = 12;  // visual-tester gets a variant that is better
inline bool has_newcomer(uint32_t agent) { return agent == kBadRolloutAgent || agent == kGoodRolloutAgent; }

// remora.json of the fleet: what differs from the production defaults, and why.
const char* config_text();

// The fleet's names as ids of one state directory.
struct Roster {
  std::array<remora::AgentId, kAgents> agents;
  std::array<remora::CategoryId, kAgents> categories;
  remora::LabelId small;  // labels of a task's size
  remora::LabelId large;

  // Place of an agent's id in `agents`, or kAgents.
  size_t place_of(remora_id agent) const;
};

// Registers agent number `i` with its variants, and notes its ids.
remora::Error register_agent(const remora::State& state, size_t i, Roster& roster);

// Registers everything; on failure says what could not be registered and why.
remora::Result<Roster> register_fleet(const remora::State& state);

// Registers one more variant of an agent and gives its index.
remora::Result<remora::Variant> register_newcomer(const remora::State& state, remora::AgentId agent,
                                                  const char* name);

}  // namespace fleet
