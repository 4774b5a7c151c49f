#include "store/history.hpp"

#include <xxhash.h>

#include "base/mix.hpp"

namespace remora::store {
namespace {

constexpr uint64_t page_up(uint64_t bytes) { return (bytes + kPage - 1) & ~static_cast<uint64_t>(kPage - 1); }

uint64_t power_of_two_at_least(uint64_t value) { return std::bit_ceil(value); }

// Grows when something of the files comes to mean something else and no size tells: 2 = an outcome record may
// be a later report of its decision; 3 = a context may be one without a place.
constexpr uint64_t kMeaning = 3;

}  // namespace

HistoryOffsets HistoryOffsets::of(const Capacities& c) {
  HistoryOffsets o{};
  uint64_t at = kPage;  // behind the identity page
  const auto place = [&at](uint64_t bytes) {
    const uint64_t here = at;
    at = page_up(at + bytes);
    return here;
  };
  o.control = place(sizeof(ControlPage));
  o.lanes = place(sizeof(LaneHead) * c.lanes);
  o.names_head = place(sizeof(NamesHead));
  o.names = place(sizeof(NameEntry) * c.names);
  o.name_slots = place(sizeof(Word) * power_of_two_at_least(2ULL * c.names));
  o.kind_index = place(sizeof(uint32_t) * kKinds * c.names);
  o.contexts = place(sizeof(ContextEntry) * c.contexts);
  o.agents = place(sizeof(AgentRecord) * c.agents);
  o.variants = place(sizeof(VariantRecord) * kChunkVariants * c.variant_chunks);
  o.rollouts = place(sizeof(RolloutRecord) * c.rollouts);
  o.events = place(sizeof(EventRecord) * c.events);
  o.ledger = place(sizeof(LedgerSlot) * c.ledger_slots);
  o.outcomes = place(sizeof(OutcomeRecord) * c.lanes * c.lane_slots);
  o.end = at;
  return o;
}

uint64_t layout_hash() {
  const uint64_t sizes[] = {kLayoutVersion,
                            sizeof(Identity),
                            sizeof(ControlPage),
                            sizeof(LaneHead),
                            sizeof(NameEntry),
                            sizeof(NamesHead),
                            sizeof(ContextEntry),
                            sizeof(AgentRecord),
                            sizeof(VariantRecord),
                            sizeof(RolloutRecord),
                            sizeof(LedgerSlot),
                            sizeof(OutcomeRecord),
                            sizeof(EventRecord),
                            sizeof(Row),
                            sizeof(GenerationPage),
                            kRowVariants,
                            kChunkVariants,
                            kCounterStripes,
                            kHourBuckets,
                            kDayBuckets,
                            kMostFrontRows,
                            kFrontPair,
                            kMeaning,
                            base::mix(1, {3, 5})};  // another mixing finds no row of this one's
  return XXH3_64bits(sizes, sizeof sizes);
}

Capacities capacities_of(const Identity& identity) {
  Capacities c;
  c.states = identity.states;
  c.ledger_slots = identity.ledger_slots;
  c.names = identity.names;
  c.contexts = identity.contexts;
  c.agents = identity.agents;
  c.variant_chunks = identity.variant_chunks;
  c.rollouts = identity.rollouts;
  c.events = identity.events;
  c.lanes = identity.lanes;
  c.lane_slots = identity.lane_slots;
  return c;
}

void set_capacities(const Capacities& c, Identity* identity) {
  identity->states = c.states;
  identity->ledger_slots = c.ledger_slots;
  identity->names = c.names;
  identity->contexts = c.contexts;
  identity->agents = c.agents;
  identity->variant_chunks = c.variant_chunks;
  identity->rollouts = c.rollouts;
  identity->events = c.events;
  identity->lanes = c.lanes;
  identity->lane_slots = c.lane_slots;
}

uint64_t identity_checksum(const Identity& identity) {
  return XXH3_64bits(&identity, offsetof(Identity, checksum));
}

History History::view(const base::Mapping& mapping) {
  History h;
  h.base = mapping.data();
  h.identity = reinterpret_cast<const Identity*>(h.base);
  h.capacities = capacities_of(*h.identity);
  h.secret[0] = h.identity->secret[0];
  h.secret[1] = h.identity->secret[1];
  const HistoryOffsets o = HistoryOffsets::of(h.capacities);
  const auto at = [&h]<class T>(uint64_t offset, T** pointer) {
    *pointer = reinterpret_cast<T*>(h.base + offset);
  };
  at(o.control, &h.control);
  at(o.lanes, &h.lanes);
  at(o.names_head, &h.names_head);
  at(o.names, &h.names);
  at(o.name_slots, &h.name_slots);
  h.name_slot_mask = power_of_two_at_least(2ULL * h.capacities.names) - 1;
  at(o.kind_index, &h.kind_index);
  at(o.contexts, &h.contexts);
  at(o.agents, &h.agents);
  at(o.variants, &h.variants);
  at(o.rollouts, &h.rollouts);
  at(o.events, &h.events);
  at(o.ledger, &h.ledger);
  at(o.outcomes, &h.outcomes);
  return h;
}

VariantRecord* History::variant(const AgentRecord& agent, uint32_t v) const {
  const uint32_t chunk_place = v / kChunkVariants;
  // Relaxed: a chunk number is written once, before the variant's bit in `live` is published with release.
  const uint64_t word = agent.chunks[chunk_place / 4 & 1].load(std::memory_order_relaxed);
  const uint64_t chunk = word >> (16 * (chunk_place % 4)) & 0xFFFF;
  if (chunk == 0 || chunk > capacities.variant_chunks) {
    return nullptr;
  }
  return &variants[(chunk - 1) * kChunkVariants + v % kChunkVariants];
}

}  // namespace remora::store
