// The mapped history file as typed regions. Knows where everything stands, and nothing of what it means.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/file_mapping.hpp"
#include "store/layout.hpp"
#include "store/settings.hpp"

namespace remora::store {

// Where each region of a history file begins; a function of the capacities alone.
struct HistoryOffsets {
  uint64_t control, lanes, names_head, names, name_slots, kind_index, contexts, agents, variants, rollouts,
      events, ledger, outcomes, end;

  static HistoryOffsets of(const Capacities& capacities);
};

// A hash of every struct size that a history and a generation consist of, and of how keys are mixed into
// places: two builds share a directory only if equal.
uint64_t layout_hash();

// Capacities as an identity page states them, and back.
Capacities capacities_of(const Identity& identity);
void set_capacities(const Capacities& capacities, Identity* identity);
uint64_t identity_checksum(const Identity& identity);

// A view; the mapping outlives it. All pointers lie within the mapping for the capacities that were checked
// at open.
struct History {
  const Identity* identity = nullptr;
  Capacities capacities;
  std::byte* base = nullptr;
  uint64_t secret[2] = {0, 0};

  ControlPage* control = nullptr;
  LaneHead* lanes = nullptr;
  NamesHead* names_head = nullptr;
  NameEntry* names = nullptr;
  Word* name_slots = nullptr;  // 2 x names, a power of two
  uint64_t name_slot_mask = 0;
  std::atomic<uint32_t>* kind_index = nullptr;  // [kind][index] -> name entry
  ContextEntry* contexts = nullptr;
  AgentRecord* agents = nullptr;
  VariantRecord* variants = nullptr;  // variant_chunks x 8
  RolloutRecord* rollouts = nullptr;
  EventRecord* events = nullptr;
  LedgerSlot* ledger = nullptr;
  OutcomeRecord* outcomes = nullptr;  // [lane][slot]

  // The view of a mapped history whose identity page has been checked.
  static History view(const base::Mapping& mapping);

  // Variant v of an agent, or nullptr when it has no record (v beyond its chunks, or a damaged chunk number).
  VariantRecord* variant(const AgentRecord& agent, uint32_t v) const;

  OutcomeRecord& outcome(uint32_t lane, uint64_t position) const {
    return outcomes[static_cast<uint64_t>(lane) * capacities.lane_slots +
                    (position & (capacities.lane_slots - 1))];
  }
  CounterStripe& counters(uint32_t stripe) const { return control->stripes[stripe & (kCounterStripes - 1)]; }
};

}  // namespace remora::store
