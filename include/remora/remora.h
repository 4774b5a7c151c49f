/* Remora: an embeddable decision plugin for AI-agent hosts. This header includes all others.
 *
 * A host asks four questions of every task: who should do this (route.h), how did it go (outcome.h), may this variant
 * run (safety.h), is this unit in the rollout (rollout.h). All that is learned lives in memory-mapped files that every
 * process on the machine shares.
 *
 * The contract, for every function:
 *   results    int32_t, 0 or a negative code of status.h; everything else leaves through out-parameters.
 *   errors     a caller-owned remora_error (or NULL) explains what was wrong, with which value, and what to do.
 *   fail safe  route, safety check and gate fill their answer with the safe choice on every error.
 *   memory     the library returns no memory to free and keeps none of the caller's.
 *   text       out-strings: buffer, capacity, needed (with the NUL). In-strings: pointer + size, or NUL-terminated
 *              where a parameter has no size.
 *   threads    tags [hot], [any], [excl] as types.h says. No thread of its own unless asked for at open.
 *   guest      no signal, locale, environment, stdout, stderr, exit; symbols other than remora_* stay inside.
 *
 * Load it with remora_loader.h (dlopen, LoadLibrary) or link libremora. C++ hosts may use remora.hpp. */
#ifndef REMORA_REMORA_H
#define REMORA_REMORA_H

#include <remora/learning.h>
#include <remora/names.h>
#include <remora/observe.h>
#include <remora/open.h>
#include <remora/operate.h>
#include <remora/outcome.h>
#include <remora/rollout.h>
#include <remora/route.h>
#include <remora/safety.h>
#include <remora/snapshot.h>
#include <remora/status.h>
#include <remora/types.h>
#include <remora/unit_key.h>
#include <remora/version.h>

#endif /* REMORA_REMORA_H */
