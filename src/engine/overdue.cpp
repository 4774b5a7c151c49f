#include "engine/overdue.hpp"

#include <algorithm>

#include "base/clock.hpp"
#include "store/ledger.hpp"

namespace remora::engine {
namespace {

// Slots between two looks at the clock.
constexpr uint64_t kStride = 1'024;

// The id of a pending decision that is older than its agent's deadline, and what it counts as; 0 for others.
uint64_t overdue_id(const Call& call, uint64_t index, int64_t now_ns, learn::Overdue* counts_as) {
  const store::LedgerSlot& slot = call.history.ledger[index];
  // Acquire pairs with publish_slot: key and time are those of this decision, or of a later one that reused
  // the slot, whose id record() will find to be another.
  const auto word = store::SlotWord::unpack(slot.word.load(std::memory_order_acquire));
  if (word.state != store::SlotState::kPending) {
    return 0;
  }
  const uint32_t agent = store::StateKey::unpack(slot.key.load(std::memory_order_relaxed)).agent;
  const learn::Deadline& deadline = call.active.profile(agent).learning.deadline;
  const int64_t decided_ms = store::SlotWhen::unpack(slot.when.load(std::memory_order_relaxed)).ms;
  if (deadline.after_ns == 0 ||
      now_ns / base::kNanosPerMillisecond - decided_ms <= deadline.after_ns / base::kNanosPerMillisecond) {
    return 0;
  }
  *counts_as = deadline.counts_as;
  return store::decision_id(word.tag, index);
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
                        int64_t deadline_ns) {
  const RecordContext context{call, alive, alive_context, true};
  uint64_t ended = 0;
  for (uint64_t i = 0; i < call.history.capacities.ledger_slots; ++i) {
    if (i % kStride == 0 && base::monotonic_ns() >= deadline_ns) {
      break;
    }
    learn::Overdue counts_as{};
    const uint64_t id = overdue_id(call, i, now_ns, &counts_as);
    base::Problem ignored;  // its outcome came at the last moment
    if (id != 0 && ok(record(context, outcome_of(id, counts_as, now_ns), nullptr, ignored))) {
      call.counters().overdue.fetch_add(1, std::memory_order_relaxed);
      ++ended;
    }
  }
  return ended;
}

}  // namespace remora::engine
