#include "events.hpp"

#include <algorithm>
#include <array>

#include "screen.hpp"

namespace fleet {

std::vector<remora::Event> Events::poll() {
  std::vector<remora::Event> fresh;
  std::array<remora::Event, 64> buffer;
  for (;;) {
    const auto part = state_.events(cursor_, buffer);
    if (!part || part->empty()) {
      break;
    }
    fresh.insert(fresh.end(), part->begin(), part->end());
  }
  kept_.insert(kept_.end(), fresh.begin(), fresh.end());
  return fresh;
}

const remora::Event* Events::find(uint64_t since,
                                  const std::function<bool(const remora::Event&)>& fits) const {
  const auto found = std::find_if(kept_.begin(), kept_.end(), [&](const remora::Event& event) {
    return event.sequence >= since && fits(event);
  });
  return found == kept_.end() ? nullptr : &*found;
}

bool Events::seen(uint64_t since, const std::function<bool(const remora::Event&)>& fits) const {
  return find(since, fits) != nullptr;
}

uint64_t Events::count(remora_event_kind kind) const {
  return static_cast<uint64_t>(std::count_if(kept_.begin(), kept_.end(), [&](const remora::Event& event) {
    return event.kind == static_cast<uint32_t>(kind);
  }));
}

std::string Events::who(const remora::Event& event) const {
  std::string name = event.rollout != 0 ? "rollout " + *state_.name_of(event.rollout) : std::string();
  if (event.agent != 0) {
    name += (name.empty() ? "" : " of ") + *state_.name_of(event.agent);
  }
  if (event.agent != 0 && event.variant != REMORA_NONE) {
    const auto variant = state_.variant_name(remora::AgentId(event.agent), event.variant);
    name += variant.ok() ? "/" + *variant : std::string();
  }
  return name;
}

std::string Events::in_words(const remora::Event& event) const {
  const std::string name = who(event);
  switch (event.kind) {
    case REMORA_EVENT_VARIANT_BLOCKED:
      return text("%s is blocked: %s (%.0f %% success, at least %.0f %% asked for)", name.c_str(),
                  safety_reason(event.reason), 100 * event.value, 100 * event.threshold);
    case REMORA_EVENT_VARIANT_UNBLOCKED:
      return name + " is let back in: " + safety_reason(event.reason);
    case REMORA_EVENT_ROLLOUT_STARTED:
      return name + " starts";
    case REMORA_EVENT_STAGE_ADVANCED:
      return text("%s advances to stage %u", name.c_str(), event.stage + 1);
    case REMORA_EVENT_ROLLED_BACK:
      return name + " is rolled back: " + rollout_reason(event.reason);
    case REMORA_EVENT_ROLLOUT_COMPLETE:
      return name + " is complete";
    case REMORA_EVENT_SNAPSHOT_REFUSED:
      return "a snapshot file was refused; nothing changed";
    case REMORA_EVENT_RESTORED:
      return text("learned values restored: generation %.0f is replaced by %llu", event.value,
                  static_cast<unsigned long long>(event.detail[0]));
    case REMORA_EVENT_CONTROL_CHANGED:
      return "the control word changed";
    case REMORA_EVENT_RECOVERED:
      return "what a dead process left open was freed";
    case REMORA_EVENT_TABLE_FULL:
      return name + ": the state table is full";
    case REMORA_EVENT_SYNC_FAILED:
      return "the state could not be synced to disk";
    default:
      return {};
  }
}

std::string day_and_hour(int64_t since_start_ns) {
  const auto minutes = static_cast<int>(since_start_ns / 60'000'000'000);
  return text("day %d %02d:%02d", minutes / 1440 + 1, minutes / 60 % 24, minutes % 60);
}

const char* safety_reason(int32_t reason) {
  switch (reason) {
    case REMORA_SAFETY_BELOW_MINIMUM:
      return "too few of its last tasks succeeded";
    case REMORA_SAFETY_CRITICAL_ERROR:
      return "a critical error";
    case REMORA_SAFETY_VIOLATION:
      return "a safety violation";
    case REMORA_SAFETY_OPERATOR:
      return "by an operator";
    case REMORA_SAFETY_PROBATION:
      return "on probation, its time is over";
    case REMORA_SAFETY_ROLLED_BACK:
      return "its rollout was rolled back";
    default:
      return "allowed";
  }
}

const char* rollout_reason(int32_t reason) {
  switch (reason) {
    case REMORA_ROLLOUT_TOO_EARLY:
      return "its minimum time is not over";
    case REMORA_ROLLOUT_TOO_FEW:
      return "too few samples";
    case REMORA_ROLLOUT_ONE_UNIT:
      return "too many samples of one unit";
    case REMORA_ROLLOUT_BELOW_MARGIN:
      return "worse than the baseline by more than the margin";
    case REMORA_ROLLOUT_PASSED:
      return "every criterion held";
    case REMORA_ROLLOUT_SUCCESS_DROP:
      return "success is too far below the baseline's";
    case REMORA_ROLLOUT_CRITICAL_ERROR:
      return "a critical error";
    case REMORA_ROLLOUT_SAFETY_VIOLATION:
      return "a safety violation";
    case REMORA_ROLLOUT_OPERATOR:
      return "by an operator";
    case REMORA_ROLLOUT_BLOCKED:
      return "the safety check blocked its variant";
    default:
      return "no reason";
  }
}

const char* mode_name(uint32_t mode) {
  switch (mode) {
    case REMORA_MODE_MONITOR:
      return "monitor";
    case REMORA_MODE_SHADOW:
      return "shadow";
    case REMORA_MODE_CANARY:
      return "canary";
    case REMORA_MODE_FULL:
      return "full";
    default:
      return "off";
  }
}

}  // namespace fleet
