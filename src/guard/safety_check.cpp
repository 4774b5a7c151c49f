#include "guard/safety_check.hpp"

#include "guard/block_state.hpp"
#include "guard/fallback.hpp"
#include "stats/proportion.hpp"
#include "store/roster.hpp"
#include "store/statistics.hpp"
#include "store/words.hpp"

namespace remora::guard {
namespace {

using store::BlockWord;

// What the variant's own words say.
void judge_block(const BlockWord& block, bool retired, const Thresholds& thresholds, Verdict* verdict) {
  if (keeps_out(block)) {
    verdict->reason = static_cast<Reason>(block.reason);
    verdict->blocked_since_ns = static_cast<int64_t>(block.since_s) * 1'000'000'000;
    const int64_t duration = block_duration_ns(block, thresholds.settings);
    verdict->probation_ns = duration == 0 ? 0 : verdict->blocked_since_ns + duration;
    return;
  }
  verdict->allowed = !retired;
  if (retired) {
    verdict->reason = Reason::kRetired;
  } else if (block.tolerated) {
    verdict->reason = static_cast<Reason>(block.reason);
  } else if (block.probation) {
    verdict->reason = Reason::kProbation;
  } else {
    verdict->reason = verdict->window_count < thresholds.lookback ? Reason::kTooFew : Reason::kOk;
  }
}

void fill_figures(const store::VariantRecord& record, const BlockWord& block, const Thresholds& thresholds,
                  int64_t now_ns, Verdict* verdict) {
  // Read after the block word: its count never covers more than the bits that are there.
  const uint64_t recent = record.recent.load(std::memory_order_acquire);
  const Window window = window_of(block, recent, thresholds.lookback);
  const stats::Interval interval = stats::wilson({window.successes, window.count}, thresholds.z);
  verdict->window_count = window.count;
  verdict->window_successes = window.successes;
  verdict->success_rate = window.rate();
  verdict->interval_low = interval.low;
  verdict->interval_high = interval.high;
  store::VariantStatistics statistics;
  store::variant_statistics(record, &statistics);
  const store::WindowSum hour = store::last_hour(statistics, now_ns);
  const store::WindowSum day = store::last_day(statistics, now_ns);
  verdict->hour_count = static_cast<uint32_t>(hour.count);
  verdict->hour_successes = static_cast<uint32_t>(hour.successes);
  verdict->day_count = static_cast<uint32_t>(day.count);
  verdict->day_successes = static_cast<uint32_t>(day.successes);
}

}  // namespace

bool check(const store::History& history, uint32_t agent, uint32_t variant, const Thresholds& thresholds,
           int64_t now_ns, Verdict* verdict) {
  *verdict = {};
  verdict->minimum = thresholds.minimum;
  const Place place = find_place(history, agent, variant);
  if (place.agent == nullptr) {
    return false;
  }
  const auto choice = store::ChoiceWord::unpack(place.agent->choice.load(std::memory_order_relaxed));
  verdict->safe_variant = choice.baseline;
  if (place.record == nullptr) {
    return false;
  }
  const uint64_t live = place.agent->live.load(std::memory_order_acquire);
  const uint64_t usable = live & ~place.agent->blocked.load(std::memory_order_relaxed);
  const bool safe_is_usable = choice.safe < store::kMaxVariants && (usable >> choice.safe & 1) != 0;
  verdict->safe_variant = safe_is_usable ? choice.safe : safe_variant(history, agent, thresholds);

  const BlockWord block = BlockWord::unpack(place.record->block.load(std::memory_order_acquire));
  fill_figures(*place.record, block, thresholds, now_ns, verdict);
  judge_block(block, (live >> variant & 1) == 0, thresholds, verdict);
  return true;
}

}  // namespace remora::guard
