// Decisions whose outcome never comes: after the agent's deadline they count as its settings say.
#pragma once

#include <cstdint>

#include "engine/active.hpp"
#include "engine/record.hpp"

namespace remora::engine {

// Whether any agent has a deadline.
bool any_deadline(const Active& active);

// Looks through the ledger, and records for each pending decision older than its agent's deadline what that
// counts as; goes on from the slot *cursor until the monotonic clock says `deadline_ns`, at least for a
// thousand slots. *cursor is where the next call goes on, 0 at the end. Returns how many there were; an event
// tells it of each agent that had any. A report that comes at the same time wins or is told that the decision
// was counted: never both. Throws std::bad_alloc before anything is changed.
uint64_t record_overdue(const Call& call, OwnerAlive alive, void* alive_context, int64_t now_ns,
                        int64_t deadline_ns, uint64_t* cursor);

}  // namespace remora::engine
