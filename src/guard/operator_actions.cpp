#include "guard/operator_actions.hpp"

#include <algorithm>
#include <bit>

#include "guard/block_state.hpp"
#include "guard/fallback.hpp"
#include "store/roster.hpp"
#include "store/words.hpp"

namespace remora::guard {
namespace {

using base::Code;
using store::BlockWord;

Code not_found(uint32_t agent, uint32_t variant, base::Problem& problem) {
  return problem.set(Code::kNotFound, "agent %u has no variant %u; register it first", agent, variant);
}

void settle(const store::History& history, const Place& place, const Thresholds& thresholds) {
  align_mask(place);
  refresh_safe_variant(history, place.agent_index, thresholds);
}

Window current_window(const Place& place, const Thresholds& thresholds) {
  const BlockWord block = BlockWord::unpack(place.record->block.load(std::memory_order_acquire));
  return window_of(block, place.record->recent.load(std::memory_order_acquire), thresholds.lookback);
}

// Lets one variant in on probation if its time is over. True when this call did.
bool end_block(const store::History& history, const Place& place, const Thresholds& thresholds,
               int64_t now_ns) {
  uint64_t seen = place.record->block.load(std::memory_order_acquire);
  const BlockWord block = BlockWord::unpack(seen);
  const int64_t duration = block_duration_ns(block, thresholds.settings);
  const int64_t since_ns = static_cast<int64_t>(block.since_s) * 1'000'000'000;
  if (!keeps_out(block) || duration == 0 || now_ns - since_ns < duration) {
    return false;
  }
  const Window window = current_window(place, thresholds);
  BlockWord next;
  next.since_s = seconds_of(now_ns);
  next.reason = static_cast<uint32_t>(Reason::kProbation);
  next.relapses = block.relapses;
  next.probation = true;
  if (!place.record->block.compare_exchange_strong(seen, next.pack(), std::memory_order_acq_rel,
                                                   std::memory_order_relaxed)) {
    return false;
  }
  settle(history, place, thresholds);
  publish_block(history, place, store::EventKind::kVariantUnblocked, store::Severity::kInfo,
                Reason::kProbation, window, thresholds.minimum, now_ns);
  return true;
}

}  // namespace

Code block(const store::History& history, uint32_t agent, uint32_t variant, Reason reason,
           const Thresholds& thresholds, int64_t now_ns, base::Problem& problem) {
  const Place place = find_place(history, agent, variant);
  if (place.record == nullptr) {
    return not_found(agent, variant, problem);
  }
  const Window window = current_window(place, thresholds);
  uint64_t seen = place.record->block.load(std::memory_order_acquire);
  BlockWord next;
  do {
    next = BlockWord::unpack(seen);
    const bool by_operator = next.reason == static_cast<uint32_t>(Reason::kOperator);
    if (keeps_out(next) && !next.pardoned && (by_operator || next.reason == static_cast<uint32_t>(reason))) {
      return Code::kOk;
    }
    if (!keeps_out(next) && others_left(place) == 0) {
      return problem.set(
          Code::kState,
          "variant %u is the last of agent %u that may run; unblock or register another one first", variant,
          agent);
    }
    next.reason = static_cast<uint32_t>(reason);
    next.since_s = seconds_of(now_ns);
    next.probation = false;
    next.tolerated = false;
    next.pardoned = false;
  } while (!place.record->block.compare_exchange_weak(seen, next.pack(), std::memory_order_acq_rel,
                                                      std::memory_order_acquire));
  settle(history, place, thresholds);
  if (reason != Reason::kRolledBack) {
    publish_block(history, place, store::EventKind::kVariantBlocked, store::Severity::kInfo, reason, window,
                  thresholds.minimum, now_ns);
  }
  return Code::kOk;
}

void pardon(const store::History& history, uint32_t agent, uint32_t variant) {
  const Place place = find_place(history, agent, variant);
  uint64_t seen = place.record == nullptr ? 0 : place.record->block.load(std::memory_order_acquire);
  for (;;) {
    BlockWord next = BlockWord::unpack(seen);
    if (!keeps_out(next) || next.pardoned || next.reason != static_cast<uint32_t>(Reason::kRolledBack)) {
      return;
    }
    next.pardoned = true;
    if (place.record->block.compare_exchange_weak(seen, next.pack(), std::memory_order_acq_rel,
                                                  std::memory_order_acquire)) {
      return;
    }
  }
}

bool admit_pardoned(const store::History& history, uint32_t agent, uint32_t variant) {
  const Place place = find_place(history, agent, variant);
  uint64_t seen = place.record == nullptr ? 0 : place.record->block.load(std::memory_order_acquire);
  while (BlockWord::unpack(seen).pardoned) {
    if (place.record->block.compare_exchange_weak(seen, BlockWord{}.pack(), std::memory_order_acq_rel,
                                                  std::memory_order_acquire)) {
      align_mask(place);
      return true;
    }
  }
  return false;
}

Code unblock(const store::History& history, uint32_t agent, uint32_t variant, const Thresholds& thresholds,
             int64_t now_ns, base::Problem& problem) {
  const Place place = find_place(history, agent, variant);
  if (place.record == nullptr) {
    return not_found(agent, variant, problem);
  }
  const Window window = current_window(place, thresholds);
  const uint64_t before = place.record->block.exchange(BlockWord{}.pack(), std::memory_order_acq_rel);
  settle(history, place, thresholds);
  if (keeps_out(BlockWord::unpack(before))) {
    publish_block(history, place, store::EventKind::kVariantUnblocked, store::Severity::kInfo,
                  Reason::kOperator, window, thresholds.minimum, now_ns);
  }
  return Code::kOk;
}

uint32_t end_blocks(const store::History& history, uint32_t agent, const Thresholds& thresholds,
                    int64_t now_ns) {
  uint32_t ended = 0;
  const store::AgentRecord* record = store::find_agent(history, agent);
  uint64_t rest = record == nullptr ? 0 : record->blocked.load(std::memory_order_relaxed);
  for (; rest != 0; rest &= rest - 1) {
    const Place place = find_place(history, agent, static_cast<uint32_t>(std::countr_zero(rest)));
    ended += place.record != nullptr && end_block(history, place, thresholds, now_ns) ? 1 : 0;
  }
  return ended;
}

uint32_t end_blocks(const store::History& history, const Thresholds& thresholds, int64_t now_ns) {
  uint32_t ended = 0;
  const uint32_t agents = store::agent_count(history);
  for (uint32_t agent = 0; agent < agents; ++agent) {
    ended += end_blocks(history, agent, thresholds, now_ns);
  }
  return ended;
}

void postpone(const store::History& history, int64_t seconds) {
  for (uint32_t agent = 0; agent < store::agent_count(history); ++agent) {
    const store::AgentRecord* record = store::find_agent(history, agent);
    uint64_t rest = record == nullptr ? 0 : record->blocked.load(std::memory_order_relaxed);
    for (; rest != 0; rest &= rest - 1) {
      const Place place = find_place(history, agent, static_cast<uint32_t>(std::countr_zero(rest)));
      if (place.record == nullptr) {
        continue;
      }
      uint64_t seen = place.record->block.load(std::memory_order_acquire);
      BlockWord next = BlockWord::unpack(seen);
      while (keeps_out(next)) {
        next.since_s = static_cast<uint32_t>(std::min<int64_t>(next.since_s + seconds, UINT32_MAX));
        if (place.record->block.compare_exchange_weak(seen, next.pack(), std::memory_order_acq_rel,
                                                      std::memory_order_acquire)) {
          break;
        }
        next = BlockWord::unpack(seen);
      }
    }
  }
}

uint32_t reconcile(const store::History& history) {
  uint32_t wrong = 0;
  const uint32_t agents = store::agent_count(history);
  for (uint32_t agent = 0; agent < agents; ++agent) {
    const store::AgentRecord* record = store::find_agent(history, agent);
    for (uint32_t v = 0; record != nullptr && v < store::kMaxVariants; ++v) {
      const Place place = find_place(history, agent, v);
      if (place.record == nullptr) {
        break;
      }
      const bool blocked = keeps_out(BlockWord::unpack(place.record->block.load(std::memory_order_acquire)));
      if (blocked != ((record->blocked.load(std::memory_order_relaxed) >> v & 1) != 0)) {
        align_mask(place);
        ++wrong;
      }
    }
  }
  return wrong;
}

}  // namespace remora::guard
