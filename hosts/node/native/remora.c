/* The frequent calls of the library as functions of Node without arguments: the structs that they read and
 * write stand in one buffer, the mailbox, that the package fills and reads. koffi does the same; this saves
 * what it costs to hand over each argument. Keeps nothing between calls but library and mailbox, so each
 * worker thread has its own.
 *
 * load(path, mailbox) gives an object with the functions, bound to the library that it loaded. */
#include <node_api.h>
#include <remora/remora_loader.h>

/* What lib/mailbox.js makes, in the same order. */
typedef struct Mailbox {
  uint64_t handle;
  int32_t code; /* what the function returned */
  uint32_t reserved;
  remora_task task;
  remora_decision decision;
  remora_outcome outcome;
  remora_reward reward;
  remora_safety_query safety_query;
  remora_safety_verdict safety_verdict;
  remora_gate_query gate_query;
  remora_gate gate;
  remora_error error;
} Mailbox;

typedef struct Bound {
  remora_api api;
  Mailbox* mailbox;
  napi_ref buffer; /* keeps the mailbox */
} Bound;

static Bound* bound_to(napi_env env, napi_callback_info info) {
  void* bound = NULL;
  size_t none = 0;
  napi_get_cb_info(env, info, &none, NULL, NULL, &bound);
  return (Bound*)bound;
}

static napi_value route(napi_env env, napi_callback_info info) {
  const Bound* bound = bound_to(env, info);
  Mailbox* m = bound->mailbox;
  m->code = bound->api.route(m->handle, &m->task, &m->decision, &m->error);
  return NULL;
}

static napi_value record_outcome(napi_env env, napi_callback_info info) {
  const Bound* bound = bound_to(env, info);
  Mailbox* m = bound->mailbox;
  m->code = bound->api.record_outcome(m->handle, &m->outcome, &m->reward, &m->error);
  return NULL;
}

static napi_value record_result(napi_env env, napi_callback_info info) {
  const Bound* bound = bound_to(env, info);
  Mailbox* m = bound->mailbox;
  const remora_outcome* seen = &m->outcome;
  m->code =
      bound->api.record_result(m->handle, seen->decision_id, seen->success, seen->duration_ns, &m->error);
  return NULL;
}

static napi_value safety_check(napi_env env, napi_callback_info info) {
  const Bound* bound = bound_to(env, info);
  Mailbox* m = bound->mailbox;
  m->code = bound->api.safety_check(m->handle, &m->safety_query, &m->safety_verdict, &m->error);
  return NULL;
}

static napi_value rollout_gate(napi_env env, napi_callback_info info) {
  const Bound* bound = bound_to(env, info);
  Mailbox* m = bound->mailbox;
  m->code = bound->api.rollout_gate(m->handle, &m->gate_query, &m->gate, &m->error);
  return NULL;
}

static const struct {
  const char* name;
  napi_callback function;
} kHot[] = {{"route", route},
            {"record_outcome", record_outcome},
            {"record_result", record_result},
            {"safety_check", safety_check},
            {"rollout_gate", rollout_gate}};

/* When the thread's environment ends, and with it all functions. */
static void unload(void* data) {
  Bound* bound = (Bound*)data;
  remora_unload(&bound->api);
  free(bound);
}

static Bound* bind(napi_env env, const char* path, napi_value buffer) {
  void* memory = NULL;
  size_t size = 0;
  char why[2048];
  Bound* bound;
  if (napi_get_arraybuffer_info(env, buffer, &memory, &size) != napi_ok || size != sizeof(Mailbox)) {
    napi_throw_type_error(env, NULL, "the addon was built for another version of the package");
    return NULL;
  }
  bound = (Bound*)calloc(1, sizeof *bound);
  if (bound == NULL || remora_load(&bound->api, path, why, sizeof why) != REMORA_OK) {
    napi_throw_error(env, NULL, bound == NULL ? "out of memory" : why);
    free(bound);
    return NULL;
  }
  bound->mailbox = (Mailbox*)memory;
  napi_create_reference(env, buffer, 1, &bound->buffer);
  napi_add_env_cleanup_hook(env, unload, bound);
  return bound;
}

static napi_value load(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value given[2] = {NULL, NULL};
  napi_value functions = NULL;
  char path[4096];
  Bound* bound;
  napi_get_cb_info(env, info, &count, given, NULL, NULL);
  if (count != 2 || napi_get_value_string_utf8(env, given[0], path, sizeof path, &count) != napi_ok) {
    napi_throw_type_error(env, NULL, "load takes a path and an ArrayBuffer");
    return NULL;
  }
  bound = bind(env, path, given[1]);
  if (bound == NULL) {
    return NULL;
  }
  napi_create_object(env, &functions);
  for (size_t i = 0; i < sizeof kHot / sizeof kHot[0]; ++i) {
    napi_value function = NULL;
    napi_create_function(env, kHot[i].name, NAPI_AUTO_LENGTH, kHot[i].function, bound, &function);
    napi_set_named_property(env, functions, kHot[i].name, function);
  }
  return functions;
}

NAPI_MODULE_INIT() {
  napi_value function = NULL;
  napi_create_function(env, "load", NAPI_AUTO_LENGTH, load, NULL, &function);
  napi_set_named_property(env, exports, "load", function);
  return exports;
}
