#include "store/roster.hpp"

#include <algorithm>
#include <cstring>

#include "store/names.hpp"

namespace remora::store {
namespace {

constexpr uint64_t kRegistered = 1ULL << 63;
constexpr uint64_t kRetired = 1ULL << 32;
constexpr uint64_t kSeeded = 1ULL << 33;

uint32_t used_chunks(const History& history) {
  uint32_t used = 0;
  for (uint32_t a = 0; a < history.capacities.agents; ++a) {
    for (const Word& word : history.agents[a].chunks) {
      const uint64_t value = word.load(std::memory_order_relaxed);
      for (unsigned shift = 0; shift < 64; shift += 16) {
        used = std::max(used, static_cast<uint32_t>(value >> shift & 0xFFFF));
      }
    }
  }
  return used;
}

// Gives an agent room for its variants number v .. v + 7.
base::Code add_chunk(const History& history, AgentRecord& agent, uint32_t v, base::Problem& problem) {
  const uint32_t used = used_chunks(history);
  if (used >= history.capacities.variant_chunks) {
    return problem.set(
        base::Code::kFull,
        "all room for variants (%u groups of %u) is used; open a new state directory with more",
        history.capacities.variant_chunks, kChunkVariants);
  }
  const uint32_t place = v / kChunkVariants;
  // Relaxed: published by the variant's bit in `live`.
  agent.chunks[place / 4].fetch_or(static_cast<uint64_t>(used + 1) << (16 * (place % 4)),
                                   std::memory_order_relaxed);
  return base::Code::kOk;
}

uint64_t identity_word(const VariantProperties& properties) {
  return kRegistered | (properties.retired ? kRetired : 0) | properties.tier;
}

void set_choice(AgentRecord& agent, uint32_t variant, bool baseline, uint32_t count) {
  uint64_t seen = agent.choice.load(std::memory_order_relaxed);
  for (;;) {
    ChoiceWord choice = ChoiceWord::unpack(seen);
    if (baseline) {
      choice.safe = choice.safe == choice.baseline ? variant : choice.safe;
      choice.baseline = variant;
    }
    choice.count = std::max(choice.count, count);
    // Release pairs with the acquire of `live` and `choice` readers: the variant's record is complete.
    // race: with the guard, which chooses another safe variant
    if (agent.choice.compare_exchange_weak(seen, choice.pack(), std::memory_order_release,
                                           std::memory_order_relaxed)) {
      return;
    }
  }
}

std::string_view variant_name(const VariantRecord& record) {
  const uint64_t size = record.name_size.load(std::memory_order_relaxed);
  return {record.name, size <= kMaxNameBytes ? size : 0};
}

}  // namespace

uint32_t agent_count(const History& history) {
  return std::min(name_count(history, Kind::kAgent), history.capacities.agents);
}

uint32_t agent_category(const AgentRecord& agent) {
  return static_cast<uint32_t>(agent.identity.load(std::memory_order_relaxed) >> 32);
}

uint32_t category_of(const History& history, std::string_view agent) {
  uint32_t index = 0;
  const AgentRecord* const record =
      find_name(history, Kind::kAgent, agent, &index) ? find_agent(history, index) : nullptr;
  return record == nullptr ? 0 : agent_category(*record);
}

base::Code refuse_category(const History& history, const AgentRecord& agent, std::string_view name,
                           base::Problem& problem) {
  const std::string_view present = name_text(history, Kind::kCategory, agent_category(agent));
  return problem.set(
      base::Code::kExists, "agent \"%.*s\" is registered in category \"%.*s\"; a category is fixed for life",
      static_cast<int>(name.size()), name.data(), static_cast<int>(present.size()), present.data());
}

base::Code register_agent(const History& history, std::string_view name, uint32_t category, uint32_t* agent,
                          base::Problem& problem) {
  repair_names(history);
  uint32_t index = 0;
  if (!find_name(history, Kind::kAgent, name, &index)) {
    if (const base::Code code = add_name(history, Kind::kAgent, name, &index, problem); !ok(code)) {
      return code;
    }
  }
  AgentRecord& record = history.agents[index];
  const uint64_t seen = record.identity.load(std::memory_order_relaxed);
  if (seen == 0) {  // new, or its writer died between name and record
    record.identity.store(1 | static_cast<uint64_t>(category) << 32, std::memory_order_release);
    history.control->line.roster.fetch_add(1, std::memory_order_relaxed);
  } else if (agent_category(record) != category) {
    return refuse_category(history, record, name, problem);
  }
  *agent = index;
  return base::Code::kOk;
}

base::Code register_variant(const History& history, uint32_t agent, std::string_view name,
                            const VariantProperties& properties, uint32_t* variant, base::Problem& problem) {
  AgentRecord* record = find_agent(history, agent);
  if (record == nullptr) {
    return problem.set(base::Code::kNotFound, "no agent has the index %u", agent);
  }
  const uint32_t count = ChoiceWord::unpack(record->choice.load(std::memory_order_relaxed)).count;
  uint32_t v = count;
  find_variant(history, agent, name, &v);
  if (v >= kMaxVariants) {  // more only in a damaged file
    return problem.set(base::Code::kFull, "variant \"%.*s\": the agent has %u variants, which is the most",
                       static_cast<int>(name.size()), name.data(), kMaxVariants);
  }
  if (history.variant(*record, v) == nullptr) {
    if (const base::Code code = add_chunk(history, *record, v, problem); !ok(code)) {
      return code;
    }
  }
  VariantRecord& target = *history.variant(*record, v);
  if (v == count) {
    std::memset(target.name, 0, sizeof target.name);
    std::memcpy(target.name, name.data(), name.size());
    target.name_size.store(name.size(), std::memory_order_relaxed);
    target.recent.store(RecentWord::kEmpty, std::memory_order_relaxed);
    target.block.store(0, std::memory_order_relaxed);
  }
  target.cost.store(static_cast<uint64_t>(properties.cost_micros), std::memory_order_relaxed);
  const uint64_t kept = v == count ? 0 : target.identity.load(std::memory_order_relaxed) & kSeeded;
  target.identity.store(identity_word(properties) | kept, std::memory_order_relaxed);
  const uint64_t bit = 1ULL << v;
  // Release pairs with route's acquire of `live`: chunk and record of a live variant are complete.
  if (properties.retired) {
    record->live.fetch_and(~bit, std::memory_order_release);
  } else {
    record->live.fetch_or(bit, std::memory_order_release);
  }
  // Counted last: a writer that dies before leaves no variant, one that dies behind leaves all of it.
  set_choice(*record, v, properties.baseline, v + 1);
  history.control->line.roster.fetch_add(1, std::memory_order_relaxed);
  *variant = v;
  return base::Code::kOk;
}

bool find_variant(const History& history, uint32_t agent, std::string_view name, uint32_t* variant) {
  const AgentRecord* record = find_agent(history, agent);
  const uint32_t count =
      record == nullptr ? 0 : ChoiceWord::unpack(record->choice.load(std::memory_order_acquire)).count;
  for (uint32_t v = 0; v < std::min(count, kMaxVariants); ++v) {
    const VariantRecord* candidate = history.variant(*record, v);
    if (candidate != nullptr && variant_name(*candidate) == name) {
      if (variant != nullptr) {
        *variant = v;
      }
      return true;
    }
  }
  return false;
}

bool variant_facts(const History& history, uint32_t agent, uint32_t variant, VariantFacts* facts) {
  const AgentRecord* record = find_agent(history, agent);
  if (record == nullptr || variant >= kMaxVariants) {
    return false;
  }
  const ChoiceWord choice = ChoiceWord::unpack(record->choice.load(std::memory_order_acquire));
  const VariantRecord* target = history.variant(*record, variant);
  if (variant >= choice.count || target == nullptr) {
    return false;
  }
  const uint64_t identity = target->identity.load(std::memory_order_relaxed);
  facts->name = variant_name(*target);
  facts->tier = static_cast<uint32_t>(identity);
  facts->cost_micros = static_cast<int64_t>(target->cost.load(std::memory_order_relaxed));
  facts->baseline = choice.baseline == variant;
  facts->retired = (identity & kRetired) != 0;
  facts->blocked = (record->blocked.load(std::memory_order_relaxed) >> variant & 1) != 0;
  return true;
}

bool was_seeded(const VariantRecord& variant) {
  return (variant.identity.load(std::memory_order_relaxed) & kSeeded) != 0;
}

// A registration that comes between may lose the mark: what was seeded is then found to have its value.
void mark_seeded(VariantRecord& variant) { variant.identity.fetch_or(kSeeded, std::memory_order_relaxed); }

uint64_t usable_variants(const AgentRecord& agent) {
  const uint32_t count = ChoiceWord::unpack(agent.choice.load(std::memory_order_acquire)).count;
  // Acquire pairs with the release in register_variant: the record of a live variant is complete.
  return agent.live.load(std::memory_order_acquire) & ~agent.blocked.load(std::memory_order_relaxed) &
         ChoiceWord::mask_of(count);
}

bool set_blocked(AgentRecord& agent, uint32_t variant, bool blocked) {
  const uint64_t bit = 1ULL << variant;
  // Release and acquire, for those who change it: the later of two sees the variant's own word as the earlier
  // left it.
  const uint64_t before = blocked ? agent.blocked.fetch_or(bit, std::memory_order_acq_rel)
                                  : agent.blocked.fetch_and(~bit, std::memory_order_acq_rel);
  return ((before & bit) != 0) != blocked;
}

}  // namespace remora::store
