// Looking inside, for hosts and tools: internal records as public structs.
#pragma once

#include <remora/names.h>
#include <remora/observe.h>

#include "base/status.hpp"
#include "base/text.hpp"
#include "engine/call.hpp"
#include "store/event_ring.hpp"
#include "store/generation.hpp"
#include "store/history.hpp"

namespace remora::engine {

class Engine;

// Fill a struct whose ids are given. Errors: kInvalid, kNotFound.
base::Code describe_agent(const store::History& history, remora_agent* out, base::Problem& problem);
base::Code describe_variant(const store::History& history, remora_variant* out, base::Problem& problem);

// The next learned value from *cursor on; false at the end. A cursor is row * 6 + variant within the row.
bool next_cell(const store::History& history, const store::Generation& generation, uint64_t* cursor,
               remora_q_cell* out);

// The next event from sequence *cursor on; false when there is none yet.
bool next_event(const store::History& history, uint64_t* cursor, remora_event* out);

store::Event internal_event(const remora_event& event);

// Scans ledger and table: about a millisecond for a default state.
void collect_stats(Engine& engine, const store::Generation& generation, remora_stats* out);

// All metrics in the Prometheus text format. Errors: kMemory.
base::Code write_metrics(Engine& engine, const Call& call, base::Text* text, base::Problem& problem);

}  // namespace remora::engine
