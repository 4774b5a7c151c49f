// Events that the engine itself publishes.
#pragma once

#include <cstdint>

#include "store/event_ring.hpp"
#include "store/generation.hpp"
#include "store/history.hpp"

namespace remora::engine {

// One event a generation: unseen states find no room any more (or this agent has used up its share).
[[gnu::noinline]] void tell_table_full(const store::History& history, const store::Generation& generation,
                                       uint32_t agent, int64_t now_ns);

// A plain one: kind, severity, value and details as remora_event says.
void tell(const store::History& history, store::EventKind kind, store::Severity severity, int64_t now_ns,
          double value, uint64_t detail_0 = 0, uint64_t detail_1 = 0);

}  // namespace remora::engine
