#include "ops/control.hpp"

#include "rollout/codes.hpp"
#include "store/event_ring.hpp"

namespace remora::ops {
namespace {

using base::Code;
using rollout::Mode;

constexpr uint64_t kAllBits =
    store::kControlDisabled | store::kControlNoLearning | store::kControlModeMonitor;

uint64_t pack(bool disabled, bool no_learning, bool monitor) {
  uint64_t bits = 0;
  bits |= disabled ? store::kControlDisabled : bits;
  bits |= no_learning ? store::kControlNoLearning : bits;
  bits |= monitor ? store::kControlModeMonitor : bits;
  return bits;
}

uint64_t bits_of(const config::ControlSettings& settings) {
  return pack(!settings.enabled, !settings.learning, settings.monitor);
}

uint64_t bits_of(const config::Environment& environment) {
  return pack(environment.disabled, environment.no_learning, environment.monitor);
}

}  // namespace

uint64_t held_down(const config::ControlSettings& settings, const config::Environment& environment) {
  return bits_of(settings) | bits_of(environment);
}

Control effective_control(const store::History& history, const config::ControlSettings& settings,
                          const config::Environment& environment) {
  // Relaxed: the word is the whole message.
  const uint64_t by_call = history.control->line.control.load(std::memory_order_relaxed) & kAllBits;
  const uint64_t bits = by_call | held_down(settings, environment);
  Control control;
  control.enabled = (bits & store::kControlDisabled) == 0;
  control.learning = (bits & store::kControlNoLearning) == 0;
  const Mode mode = (bits & store::kControlModeMonitor) != 0 ? Mode::kMonitor : Mode::kFull;
  control.mode = static_cast<uint32_t>(mode);
  control.source = (by_call != 0 ? kByCall : 0U) | (bits_of(settings) != 0 ? kByConfig : 0U) |
                   (bits_of(environment) != 0 ? kByEnvironment : 0U);
  return control;
}

base::Code set_control(const store::History& history, const Control& wanted, int64_t now_ns,
                       base::Problem& problem) {
  const auto mode = static_cast<Mode>(wanted.mode);
  if (mode != Mode::kOff && mode != Mode::kMonitor && mode != Mode::kFull) {
    return problem.set(Code::kInvalid, "control.mode is %u: must be 0 (off), 1 (monitor) or 4 (full)",
                       wanted.mode);
  }
  const uint64_t bits = pack(!wanted.enabled || mode == Mode::kOff, !wanted.learning, mode == Mode::kMonitor);
  store::Word& word = history.control->line.control;
  uint64_t before = word.load(std::memory_order_relaxed);
  // Bits that this version does not know stay as they are. Relaxed: the word is the whole message.
  while (!word.compare_exchange_weak(before, (before & ~kAllBits) | bits, std::memory_order_relaxed)) {
  }
  if ((before & kAllBits) != bits) {
    store::Event event;
    event.when_ns = now_ns;
    event.kind = store::EventKind::kControlChanged;
    event.severity =
        (bits & store::kControlDisabled) != 0 ? store::Severity::kWarning : store::Severity::kInfo;
    event.value = static_cast<double>(bits);
    event.detail[0] = before & kAllBits;
    event.detail[1] = bits;
    store::publish_event(history, event);
  }
  return Code::kOk;
}

}  // namespace remora::ops
