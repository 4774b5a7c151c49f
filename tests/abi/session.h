/* One whole session of a host, for the programs that watch what the plugin does to its process: it calls
 * whatever does work, and stops at the first answer that it does not expect. Valid C and C++. */
#ifndef REMORA_TESTS_ABI_SESSION_H
#define REMORA_TESTS_ABI_SESSION_H

#include <remora/remora_loader.h>

/* Where a session failed: the call, its code, and the plugin's explanation. */
typedef struct session_failure {
  const char* call;
  int32_t code;
  remora_error error;
} session_failure;

#define SESSION_EXPECT(expected, call_text, expression) \
  do {                                                  \
    const int32_t session_code = (expression);          \
    if (session_code != (expected)) {                   \
      failure->call = (call_text);                      \
      failure->code = session_code;                     \
      return 0;                                         \
    }                                                   \
  } while (0)
#define SESSION_CALL(name, ...) SESSION_EXPECT(REMORA_OK, #name, api->name(__VA_ARGS__))

/* For dlopen: the scope that the plugin is loaded into, "local", "global" or "deepbind". */
static inline int session_scope(const char* mode) {
  if (strcmp(mode, "global") == 0) {
    return RTLD_NOW | RTLD_GLOBAL;
  }
  return strcmp(mode, "deepbind") == 0 ? RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND : RTLD_NOW | RTLD_LOCAL;
}

/* A small state: these tests open many. */
static inline remora_options session_options(void) {
  remora_options options;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.abi_version = REMORA_ABI_VERSION;
  options.states = 1024;
  options.ledger_slots = 4096;
  options.names = 256;
  return options;
}

/* Routes and records `rounds` times, failing often enough for the safety check to have something to say. */
static inline int session_decide(const remora_api* api, uint64_t state, int rounds,
                                 session_failure* failure) {
  remora_decision decision;
  remora_outcome outcome;
  int i;
  memset(&decision, 0, sizeof decision);
  decision.struct_size = sizeof decision;
  memset(&outcome, 0, sizeof outcome);
  outcome.struct_size = sizeof outcome;
  for (i = 0; i < rounds; ++i) {
    SESSION_CALL(route_named, state, "guest-agent", "api-design", 0, &decision, &failure->error);
    if (i % 2 == 0) {
      SESSION_CALL(record_result, state, decision.decision_id, decision.variant == 0, 1000000,
                   &failure->error);
    } else {
      outcome.decision_id = decision.decision_id;
      outcome.success = decision.variant == 0;
      outcome.flags = REMORA_OUTCOME_HAS_QUALITY;
      outcome.quality = 0.5;
      SESSION_CALL(record_outcome, state, &outcome, NULL, &failure->error);
    }
  }
  return 1;
}

/* Housekeeping, and everything that writes files or text. */
static inline int session_operate(const remora_api* api, uint64_t state, session_failure* failure) {
  static const char text[] = "Design a REST endpoint for orders\napi/orders.proto";
  char buffer[512];
  uint64_t needed = 0;
  remora_text sizes;
  remora_classification found;
  remora_snapshot_info info;
  memset(&sizes, 0, sizeof sizes);
  sizes.struct_size = sizeof sizes;
  sizes.text_size = 34;
  sizes.files_size = sizeof text - 1 - 34;
  memset(&found, 0, sizeof found);
  found.struct_size = sizeof found;
  memset(&info, 0, sizeof info);
  info.struct_size = sizeof info;
  SESSION_CALL(classify, state, text, sizeof text - 1, &sizes, &found, &failure->error);
  SESSION_CALL(tick, state, 0, 0, NULL, &failure->error);
  SESSION_CALL(snapshot, state, &info, &failure->error);
  SESSION_CALL(snapshot_path, state, info.sequence, buffer, sizeof buffer, &needed, &failure->error);
  SESSION_CALL(restore, state, buffer, needed - 1, NULL, &failure->error);
  SESSION_EXPECT(REMORA_E_CONFIG, "configure", api->configure(state, "{ broken", 8, &failure->error));
  SESSION_EXPECT(REMORA_E_BUFFER, "metrics_text",
                 api->metrics_text(state, buffer, 1, &needed, &failure->error));
  SESSION_CALL(log_drain, state, buffer, sizeof buffer, &needed, &failure->error);
  SESSION_CALL(tick, state, 0, 0, NULL, &failure->error);
  return 1;
}

/* Opens `folder` with session_options and `flags`, does all of the above, closes. Returns 1, or 0 with
 * *failure filled; then the state may have stayed open. */
static inline int session_run(const remora_api* api, const char* folder, uint32_t flags,
                              session_failure* failure) {
  remora_options options = session_options();
  uint64_t state = 0;
  remora_id agent = 0;
  memset(failure, 0, sizeof *failure);
  failure->error.struct_size = sizeof failure->error;
  options.flags = flags;
  SESSION_CALL(open, folder, strlen(folder), &options, &state, &failure->error);
  SESSION_CALL(agent_define, state, "guest-agent", "steady,shaky", &agent, &failure->error);
  if (!session_decide(api, state, 200, failure) || !session_operate(api, state, failure) ||
      !session_decide(api, state, 20, failure)) {
    return 0;
  }
  SESSION_CALL(close, state, &failure->error);
  return 1;
}

#endif /* REMORA_TESTS_ABI_SESSION_H */
