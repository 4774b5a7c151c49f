// The words that numbers and ids of an event stand for.
#pragma once

#include <cstdint>
#include <string_view>

#include "store/event_ring.hpp"
#include "store/history.hpp"

namespace remora::ops {

inline constexpr uint32_t kNoEventVariant = 0xFFFFFFFFu;  // as REMORA_NONE

// Names of what an event is about; empty where it names nothing, or nothing known. Valid as long as the
// mapping.
struct EventNames {
  std::string_view agent, variant, rollout;
};
EventNames resolve_names(const store::History& history, const store::Event& event);

// "unknown" for a number that is none.
std::string_view event_kind_name(store::EventKind kind);
std::string_view severity_name(store::Severity severity);
// The reason is a safety reason, a rollout reason, a snapshot kind or a result code by the kind of the event;
// empty for kinds without reasons.
std::string_view event_reason_name(store::EventKind kind, int32_t reason);

}  // namespace remora::ops
