#include "engine/event_makers.hpp"

#include <remora/observe.h>

#include "store/event_ring.hpp"
#include "store/names.hpp"

namespace remora::engine {

void tell_table_full(const store::History& history, const store::Generation& generation, uint32_t agent,
                     int64_t now_ns) {
  store::Word& told = history.control->table_full_generation;
  uint64_t seen = told.load(std::memory_order_relaxed);
  if (seen == generation.number() ||
      !told.compare_exchange_strong(seen, generation.number(), std::memory_order_relaxed)) {
    return;
  }
  store::Event event;
  event.when_ns = now_ns;
  event.kind = store::EventKind::kTableFull;
  event.severity = store::Severity::kWarning;
  event.agent = store::make_id(store::Kind::kAgent, agent);
  event.value = static_cast<double>(generation.rows_used());
  event.threshold = static_cast<double>(generation.state_limit());
  event.detail[0] = generation.number();
  event.detail[1] = generation.agent_quota();
  store::publish_event(history, event);
}

void tell(const store::History& history, store::EventKind kind, store::Severity severity, int64_t now_ns,
          double value, uint64_t detail_0, uint64_t detail_1) {
  store::Event event;
  event.when_ns = now_ns;
  event.kind = kind;
  event.severity = severity;
  event.value = value;
  event.detail[0] = detail_0;
  event.detail[1] = detail_1;
  store::publish_event(history, event);
}

}  // namespace remora::engine
