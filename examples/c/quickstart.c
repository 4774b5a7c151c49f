/* Learns which variant of an agent is better, then blocks one, goes back to a snapshot, and counts the
 * metrics.
 *
 *   cc -I include examples/c/quickstart.c -o quickstart
 *   REMORA_LIBRARY=build/release/lib/libremora.so ./quickstart [FOLDER]
 *
 * "careful" succeeds at every task, "quick" at every second one that it gets. */
#include <remora/remora_loader.h>

/* A host would go on with its own defaults; an example says what went wrong. */
static void check(int32_t code, const remora_error* error) {
  if (code != REMORA_OK) {
    fprintf(stderr, "%s\n", error->text);
    exit(1);
  }
}

static void learn(const remora_api* remora, uint64_t state, remora_id agent) {
  remora_error error = REMORA_ERROR_INIT;
  remora_task task = {.struct_size = sizeof task, .agent = agent};
  uint32_t chosen[2] = {0, 0};
  check(remora->intern(state, REMORA_KIND_TASK_TYPE, "api-design", 10, &task.task_type, &error), &error);
  for (int i = 0; i < 1000; ++i) {
    remora_decision decision = {.struct_size = sizeof decision};
    check(remora->route(state, &task, &decision, &error), &error);
    chosen[decision.variant] += 1;
    const uint32_t success = decision.variant == 0 || chosen[1] % 2 == 0;
    check(remora->record_result(state, decision.decision_id, success, 1200000000, &error), &error);
  }
  printf("careful was chosen for %u of 1000 tasks\n", chosen[0]);
}

static void block_and_let_in(const remora_api* remora, uint64_t state, remora_id agent) {
  const uint32_t quick = 1;
  remora_error error = REMORA_ERROR_INIT;
  const remora_safety_query query = {.struct_size = sizeof query, .agent = agent, .variant = quick};
  remora_safety_verdict verdict = {.struct_size = sizeof verdict};
  check(remora->variant_block(state, agent, quick, &error), &error);
  check(remora->safety_check(state, &query, &verdict, &error), &error);
  printf("quick %s: %s\n", verdict.allowed ? "may run" : "may not run",
         verdict.reason == REMORA_SAFETY_OPERATOR ? "blocked by an operator" : "for another reason");
  check(remora->variant_unblock(state, agent, quick, &error), &error);
}

static void go_back(const remora_api* remora, uint64_t state) {
  remora_error error = REMORA_ERROR_INIT;
  remora_snapshot_info taken = {.struct_size = sizeof taken};
  remora_snapshot_info restored = {.struct_size = sizeof restored};
  char path[256];
  check(remora->snapshot(state, &taken, &error), &error);
  check(remora->snapshot_path(state, taken.sequence, path, sizeof path, NULL, &error), &error);
  check(remora->restore(state, path, strlen(path), &restored, &error), &error);
  printf("restored snapshot %llu with %llu outcomes\n", (unsigned long long)restored.sequence,
         (unsigned long long)restored.visits);
}

static void count_metrics(const remora_api* remora, uint64_t state) {
  static char text[1 << 20];
  remora_error error = REMORA_ERROR_INIT;
  int lines = 0;
  check(remora->metrics_text(state, text, sizeof text, NULL, &error), &error);
  for (const char* at = text; *at != '\0'; ++at) {
    lines += *at == '\n';
  }
  printf("%d lines of metrics\n", lines);
}

int main(int argc, char** argv) {
  const char* folder = argc > 1 ? argv[1] : "remora-state";
  remora_api remora;
  char why[1024];
  uint64_t state = 0;
  remora_id agent = 0;
  remora_error error = REMORA_ERROR_INIT;
  if (remora_load(&remora, NULL, why, sizeof why) != REMORA_OK) {
    fprintf(stderr, "%s\n", why);
    return 1;
  }
  check(remora.open(folder, strlen(folder), NULL, &state, &error), &error);
  check(remora.agent_define(state, "backend-architect", "careful,quick", &agent, &error), &error);
  learn(&remora, state, agent);
  block_and_let_in(&remora, state, agent);
  go_back(&remora, state);
  count_metrics(&remora, state);
  check(remora.close(state, &error), &error);
  remora_unload(&remora);
  return 0;
}
