#include "engine/overdue.hpp"

#include <algorithm>

#include "base/clock.hpp"
#include "base/heap.hpp"
#include "store/event_ring.hpp"
#include "store/ledger.hpp"
#include "store/names.hpp"

namespace remora::engine {
namespace {

// Slots between two looks at the clock.
constexpr uint64_t kStride = 1'024;

// A decision that is waited for no longer.
struct Late {
  uint64_t id = 0;  // 0 = none
  uint32_t agent = 0;
  int64_t age_ms = 0;
  bool shadow = false;
};

// What one tick found of an agent.
struct Found {
  uint64_t decisions = 0;
  int64_t oldest_ms = 0;
};

// The pending decision at an index if it is older than its agent's deadline.
Late late_at(const Call& call, uint64_t index, int64_t now_ns) {
  const store::LedgerSlot& slot = call.history.ledger[index];
  // Acquire pairs with publish_slot: key and time are those of this decision, or of a later one that reused
  // the slot, whose id record() will find to be another.
  const auto word = store::SlotWord::unpack(slot.word.load(std::memory_order_acquire));
  if (word.state != store::SlotState::kPending) {
    return {};
  }
  const uint32_t agent = store::StateKey::unpack(slot.key.load(std::memory_order_relaxed)).agent;
  const learn::Deadline& deadline = call.active.profile(agent).learning.deadline;
  const int64_t decided_ms = store::SlotWhen::unpack(slot.when.load(std::memory_order_relaxed)).ms;
  const int64_t age_ms = now_ns / base::kNanosPerMillisecond - decided_ms;
  if (deadline.after_ns == 0 || age_ms <= deadline.after_ns / base::kNanosPerMillisecond) {
    return {};
  }
  const auto choice = store::SlotChoice::unpack(slot.choice.load(std::memory_order_relaxed));
  return {store::decision_id(word.tag, index), agent, age_ms, choice.is_shadow()};
}

// One event an agent, however many there were.
void tell_overdue(const Call& call, const base::Vector<Found>& found, int64_t now_ns) {
  for (uint32_t agent = 0; agent < found.size(); ++agent) {
    if (found[agent].decisions == 0) {
      continue;
    }
    store::Event event;
    event.when_ns = now_ns;
    event.kind = store::EventKind::kOutcomesOverdue;
    event.severity = store::Severity::kWarning;
    event.agent = store::make_id(store::Kind::kAgent, agent);
    event.value = static_cast<double>(found[agent].decisions);
    event.threshold = static_cast<double>(call.active.profile(agent).learning.deadline.after_ns) /
                      static_cast<double>(base::kNanosPerSecond);
    event.detail[0] = static_cast<uint64_t>(found[agent].oldest_ms);
    store::publish_event(call.history, event);
  }
}

remora_outcome outcome_of(uint64_t id, learn::Overdue counts_as, int64_t now_ns) {
  remora_outcome outcome{};
  outcome.struct_size = sizeof outcome;
  outcome.decision_id = id;
  outcome.now_ns = now_ns;
  outcome.success = counts_as == learn::Overdue::kSuccess ? 1 : 0;
  outcome.flags = counts_as == learn::Overdue::kAbandoned ? uint32_t{REMORA_OUTCOME_ABANDONED} : 0U;
  return outcome;
}

}  // namespace

bool any_deadline(const Active& active) {
  return std::any_of(active.profiles.begin(), active.profiles.end(),
                     [](const Profile& profile) { return profile.learning.deadline.after_ns != 0; });
}

uint64_t record_overdue(const Call& call, OwnerAlive alive, void* alive_context, int64_t now_ns,
                        int64_t deadline_ns, uint64_t* cursor) {
  const RecordContext context{call, alive, alive_context, true};
  uint64_t ended = 0;
  base::Vector<Found> found(call.history.capacities.agents);
  const uint64_t slots = call.history.capacities.ledger_slots;
  const uint64_t begin = *cursor < slots ? *cursor : 0;
  *cursor = 0;
  for (uint64_t i = begin; i < slots; ++i) {
    if (i != begin && i % kStride == 0 && base::monotonic_ns() >= deadline_ns) {
      *cursor = i;
      break;
    }
    const Late late = late_at(call, i, now_ns);
    if (late.id == 0) {
      continue;
    }
    // A host need not run the shadow: that it did not says nothing of the variant.
    const learn::Overdue counts_as = late.shadow
                                         ? learn::Overdue::kAbandoned
                                         : call.active.profile(late.agent).learning.deadline.counts_as;
    base::Problem ignored;  // its outcome came at the last moment
    if (!ok(record(context, outcome_of(late.id, counts_as, now_ns), nullptr, ignored))) {
      continue;
    }
    call.counters().overdue.fetch_add(1, std::memory_order_relaxed);
    ++ended;
    if (late.agent < found.size()) {
      ++found[late.agent].decisions;
      found[late.agent].oldest_ms = std::max(found[late.agent].oldest_ms, late.age_ms);
    }
  }
  tell_overdue(call, found, now_ns);
  return ended;
}

}  // namespace remora::engine
