// Agents and their variants: registering them, and the masks and words that route reads.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/status.hpp"
#include "store/history.hpp"
#include "store/words.hpp"

namespace remora::store {

// The record of an agent index, or nullptr when there is no such agent. [hot]
inline AgentRecord* find_agent(const History& history, uint32_t agent) {
  if (agent >= history.capacities.agents) {
    return nullptr;
  }
  AgentRecord& record = history.agents[agent];
  // Acquire pairs with the release in register_agent.
  return record.identity.load(std::memory_order_acquire) != 0 ? &record : nullptr;
}
uint32_t agent_count(const History& history);
uint32_t agent_category(const AgentRecord& agent);

// The category of a registered agent by its name, 0 (general) for one that is not registered.
uint32_t category_of(const History& history, std::string_view agent);

// What is said when a registered agent is asked for in another category. Returns kExists.
base::Code refuse_category(const History& history, const AgentRecord& agent, std::string_view name,
                           base::Problem& problem);

// What can be said of a variant when it is registered.
struct VariantProperties {
  uint32_t tier = 0;
  int64_t cost_micros = 0;
  bool baseline = false;
  bool retired = false;
};

// The caller holds the structure lock for these.
// Finds or adds an agent. Errors: kFull, kExists (under another category).
base::Code register_agent(const History& history, std::string_view name, uint32_t category, uint32_t* agent,
                          base::Problem& problem);
// Finds or adds a variant by its name and takes over its properties. Errors: kNotFound, kFull.
base::Code register_variant(const History& history, uint32_t agent, std::string_view name,
                            const VariantProperties& properties, uint32_t* variant, base::Problem& problem);

// The number of a variant by its name; false when the agent has none of that name.
bool find_variant(const History& history, uint32_t agent, std::string_view name, uint32_t* variant = nullptr);

// Reading; false for a variant that is not registered.
struct VariantFacts {
  std::string_view name;
  uint32_t tier = 0;
  int64_t cost_micros = 0;
  bool baseline = false, retired = false, blocked = false;
};
bool variant_facts(const History& history, uint32_t agent, uint32_t variant, VariantFacts* facts);

// Whether a variant was given something to start from; that is done once in its life. The caller holds the
// housekeeping lock for marking it.
bool was_seeded(const VariantRecord& variant);
void mark_seeded(VariantRecord& variant);

// The variants that may run: live and not blocked. A live bit beyond the count is one that a dead writer
// left.
uint64_t usable_variants(const AgentRecord& agent);

// Sets or clears a variant's bit in the agent's blocked mask; true when it changed. [hot]
bool set_blocked(AgentRecord& agent, uint32_t variant, bool blocked);

}  // namespace remora::store
