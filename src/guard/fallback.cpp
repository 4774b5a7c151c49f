#include "guard/fallback.hpp"

#include <bit>

#include "guard/block_state.hpp"
#include "stats/proportion.hpp"
#include "store/roster.hpp"
#include "store/words.hpp"

namespace remora::guard {
namespace {

using store::BlockWord;
using store::ChoiceWord;

struct Standing {
  bool proven = false;
  double lower = 0;  // end of the Wilson interval of all outcomes remembered

  bool better_than(const Standing& other) const {
    return proven != other.proven ? proven : lower > other.lower;
  }
};

Standing standing_of(const store::VariantRecord& record, const Thresholds& thresholds) {
  const BlockWord block = BlockWord::unpack(record.block.load(std::memory_order_relaxed));
  const uint64_t recent = record.recent.load(std::memory_order_relaxed);
  const Window window = window_of(block, recent, thresholds.lookback);
  const stats::Count all{store::RecentWord::successes(recent, block.count), block.count};
  return {window.count == thresholds.lookback && window.rate() >= thresholds.minimum,
          stats::wilson_lower(all, thresholds.z)};
}

}  // namespace

bool has_proven_variant(const store::History& history, uint32_t agent, const Thresholds& thresholds,
                        uint32_t without) {
  const store::AgentRecord* record = store::find_agent(history, agent);
  uint64_t rest = record == nullptr ? 0 : store::usable_variants(*record) & ~(1ULL << without);
  for (; rest != 0; rest &= rest - 1) {
    const store::VariantRecord* variant =
        history.variant(*record, static_cast<uint32_t>(std::countr_zero(rest)));
    if (variant != nullptr && standing_of(*variant, thresholds).proven) {
      return true;
    }
  }
  return false;
}

uint32_t safe_variant(const store::History& history, uint32_t agent, const Thresholds& thresholds) {
  const store::AgentRecord* record = store::find_agent(history, agent);
  if (record == nullptr) {
    return 0;
  }
  const uint32_t baseline = ChoiceWord::unpack(record->choice.load(std::memory_order_relaxed)).baseline;
  const uint64_t usable = store::usable_variants(*record);
  const bool baseline_runs = baseline < store::kMaxVariants && (usable >> baseline & 1) != 0;
  uint32_t best = baseline;
  Standing best_standing{false, -1};
  for (uint64_t rest = usable; rest != 0; rest &= rest - 1) {
    const auto v = static_cast<uint32_t>(std::countr_zero(rest));
    const store::VariantRecord* variant = history.variant(*record, v);
    const Standing standing = variant == nullptr ? Standing{} : standing_of(*variant, thresholds);
    if (!standing.proven && (baseline_runs || variant == nullptr)) {
      continue;
    }
    if (standing.better_than(best_standing) || (v == baseline && !best_standing.better_than(standing))) {
      best = v;
      best_standing = standing;
    }
  }
  return best;
}

bool refresh_safe_variant(const store::History& history, uint32_t agent, const Thresholds& thresholds) {
  store::AgentRecord* record = store::find_agent(history, agent);
  if (record == nullptr) {
    return false;
  }
  uint64_t seen = record->choice.load(std::memory_order_relaxed);
  for (;;) {
    ChoiceWord choice = ChoiceWord::unpack(seen);
    if (choice.count == 0) {
      return false;
    }
    const uint32_t safe = safe_variant(history, agent, thresholds);
    if (safe == choice.safe) {
      return false;
    }
    choice.safe = safe;
    // Release keeps what register_variant published with this word visible to who reads it from here.
    if (record->choice.compare_exchange_weak(seen, choice.pack(), std::memory_order_acq_rel,
                                             std::memory_order_relaxed)) {
      return true;
    }
  }
}

}  // namespace remora::guard
