// What was explored, and the schedule of a violation, for people.
#include <cstdio>

#include "model/explorer.hpp"

namespace remora::model {
namespace {

const char* name_of(Kind kind) {
  switch (kind) {
    case Kind::kLoad:
      return "load";
    case Kind::kStore:
      return "store";
    case Kind::kUpdate:
      return "update";
    case Kind::kCompareExchange:
      return "compare-exchange";
    case Kind::kPlainRead:
      return "plain read";
    case Kind::kPlainWrite:
      return "plain write";
    case Kind::kFence:
      return "fence";
    case Kind::kHeavyFence:
      return "heavy fence";
    case Kind::kLock:
      return "lock";
    case Kind::kUnlock:
      return "unlock";
    case Kind::kNone:
      break;
  }
  return "nothing";
}

}  // namespace

std::string Result::text() const {
  std::string text = std::to_string(executions) + " executions, " + std::to_string(redundant) +
                     " cut short as redundant, " + std::to_string(steps) + " steps, " +
                     std::to_string(crash_points) + " crash points" + (complete ? "" : ", not all");
  return violation.empty() ? text + ", no violation" : text + "\n" + violation;
}

std::string Explorer::schedule_text() const {
  std::string text;
  uint32_t last = kNobody;
  for (const Step& step : steps_) {
    if (step.actor != last) {
      text += "  " + model_->actors[step.actor].name + ":\n";
      last = step.actor;
    }
    char value[32];
    std::snprintf(value, sizeof value, "%#llx", static_cast<unsigned long long>(step.value));
    text += std::string("    ") + name_of(step.op.kind) + " " +
            (step.op.is_fence() ? "" : world_.text_of(step.op.address)) + " " + value + "\n";
  }
  return text;
}

}  // namespace remora::model
