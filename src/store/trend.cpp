#include "store/trend.hpp"

#include <algorithm>
#include <cmath>

#include "store/words.hpp"

namespace remora::store {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

// What a damaged file may hold in place of a figure counts as 0.
FloatPair read_pair(const Word& word) {
  FloatPair pair = FloatPair::unpack(word.load(kRelaxed));
  pair.first = std::isfinite(pair.first) ? pair.first : 0;
  pair.second = std::isfinite(pair.second) ? pair.second : 0;
  return pair;
}

// An exponentially weighted mean that begins as the plain one.
float follow(float mean, float value, float step, uint64_t count) {
  return mean + std::max(step, 1.0F / static_cast<float>(count)) * (value - mean);
}

}  // namespace

Trend read_trend(const VariantRecord& record) {
  const auto mean = QCell::unpack(record.mean.load(kRelaxed));
  const FloatPair evidence = read_pair(record.evidence);
  const auto runs = CountPair::unpack(record.runs.load(kRelaxed));
  const auto alarms = CountPair::unpack(record.alarms.load(kRelaxed));
  const FloatPair change = read_pair(record.change);
  const FloatPair movement = read_pair(record.movement);
  const FloatPair deviation = read_pair(record.deviation);
  return {{mean.q, mean.visits, evidence.first, evidence.second, runs.first, runs.second},
          alarms.first,
          alarms.second,
          change.first,
          change.second,
          movement.first,
          movement.second,
          deviation.first,
          deviation.second};
}

void extend_trend(VariantRecord& record, float reward, float target, const CellUpdate& update,
                  const stats::ChangeRules* rules) {
  Trend trend = read_trend(record);
  if (rules != nullptr) {
    if (const stats::Change change = stats::advance(trend.now, reward, *rules); change.found) {
      record.change.store(FloatPair{change.before, change.after}.pack(), kRelaxed);
      // Last: an alarm comes with its figures.
      record.alarms.store(CountPair{trend.alarms + 1, trend.told}.pack(), std::memory_order_release);
    }
    const stats::ChangeState& now = trend.now;
    record.mean.store(QCell{now.mean, now.count}.pack(), kRelaxed);
    record.evidence.store(FloatPair{now.fallen, now.risen}.pack(), kRelaxed);
    record.runs.store(CountPair{now.falling_for, now.rising_for}.pack(), kRelaxed);
  }
  if (update.visits < 2) {
    return;  // nothing to lie away from yet
  }
  const uint64_t count = update.visits - 1;
  const float distance = target - update.before;
  record.movement.store(
      FloatPair{follow(trend.distance, std::fabs(distance), kFastStep, count),
                follow(trend.movement, std::fabs(update.after - update.before), kFastStep, count)}
          .pack(),
      kRelaxed);
  record.deviation.store(FloatPair{follow(trend.deviation_fast, distance * distance, kFastStep, count),
                                   follow(trend.deviation_slow, distance * distance, kSlowStep, count)}
                             .pack(),
                         kRelaxed);
}

void set_told(VariantRecord& record, uint32_t alarms) {
  record.alarms.store(CountPair{CountPair::unpack(record.alarms.load(kRelaxed)).first, alarms}.pack(),
                      kRelaxed);
}

ExploredShare explored_share(const AgentRecord& record) {
  if (record.explored.load(kRelaxed) == 0) {
    return {};
  }
  const FloatPair share = read_pair(record.explored);
  return {std::clamp(share.first, 0.0F, 1.0F), std::clamp(share.second, 0.0F, 1.0F)};
}

void extend_explored(AgentRecord& record, bool explored) {
  constexpr float kLeast = 1e-6F;  // a word of two zeros would read as "never"
  const ExploredShare share = explored_share(record);
  const float now = explored ? 1.0F : 0.0F;
  record.explored.store(FloatPair{std::max(share.fast + kFastStep * (now - share.fast), kLeast),
                                  std::max(share.slow + kSlowStep * (now - share.slow), kLeast)}
                            .pack(),
                        kRelaxed);
}

}  // namespace remora::store
