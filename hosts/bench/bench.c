/* Cost of route and record through the C functions: what the other languages are measured by. See README.md.
 */
#include <remora/remora_loader.h>
#include <string.h>

#include "bench.h"

typedef struct Bench {
  remora_api remora;
  uint64_t state;
  remora_id agent;
  remora_id types[kTypes];
} Bench;

static double route_samples[kBlocks];
static double record_samples[kBlocks];
static double route_batch_samples[kBatches];
static double record_batch_samples[kBatches];

static void must(int32_t code, const remora_error* error) {
  if (code != REMORA_OK) {
    fprintf(stderr, "%d: %s\n", code, error->text);
    exit(1);
  }
}

static void open_state(Bench* b, const char* directory) {
  char why[1024] = "";
  char name[16];
  remora_error error = REMORA_ERROR_INIT;
  const remora_options options = {.struct_size = sizeof options,
                                  .flags = REMORA_OPEN_NO_AUTO_TICK | REMORA_OPEN_EXISTING};
  if (remora_load(&b->remora, NULL, why, sizeof why) != REMORA_OK) {
    fprintf(stderr, "%s\n", why);
    exit(1);
  }
  must(b->remora.open(directory, strlen(directory), &options, &b->state, &error), &error);
  must(b->remora.find(b->state, REMORA_KIND_AGENT, "backend-architect", 17, &b->agent, &error), &error);
  for (int i = 0; i < kTypes; ++i) {
    snprintf(name, sizeof name, "type-%d", i);
    must(b->remora.intern(b->state, REMORA_KIND_TASK_TYPE, name, strlen(name), &b->types[i], &error), &error);
  }
}

static void block(const Bench* b, double* route, double* record) {
  remora_error error = REMORA_ERROR_INIT;
  uint64_t ids[kBlock];
  const int64_t begin = now_ns();
  for (int i = 0; i < kBlock; ++i) {
    const remora_task task = {.struct_size = sizeof task, .agent = b->agent, .task_type = b->types[i]};
    remora_decision decision = {.struct_size = sizeof decision};
    must(b->remora.route(b->state, &task, &decision, &error), &error);
    ids[i] = decision.decision_id;
  }
  const int64_t middle = now_ns();
  for (int i = 0; i < kBlock; ++i) {
    must(b->remora.record_result(b->state, ids[i], 1, 1000000, &error), &error);
  }
  *record = each(middle, now_ns(), kBlock);
  *route = each(begin, middle, kBlock);
}

static void batch(const Bench* b, double* route, double* record) {
  static remora_task tasks[kBatch];
  static remora_decision decisions[kBatch];
  static remora_outcome outcomes[kBatch];
  static remora_reward rewards[kBatch];
  remora_error error = REMORA_ERROR_INIT;
  remora_batch items = {.struct_size = sizeof items, .count = kBatch};
  for (int i = 0; i < kBatch; ++i) {
    tasks[i] = (remora_task){.struct_size = sizeof tasks[i], .agent = b->agent, .task_type = b->types[i]};
    decisions[i].struct_size = sizeof decisions[i];
    rewards[i].struct_size = sizeof rewards[i];
  }
  int64_t begin = now_ns();
  must(b->remora.route_batch(b->state, tasks, decisions, &items, &error), &error);
  *route = each(begin, now_ns(), kBatch);
  for (int i = 0; i < kBatch; ++i) {
    outcomes[i] = (remora_outcome){.struct_size = sizeof outcomes[i],
                                   .decision_id = decisions[i].decision_id,
                                   .success = 1,
                                   .duration_ns = 1000000};
  }
  begin = now_ns();
  must(b->remora.record_outcome_batch(b->state, outcomes, rewards, &items, &error), &error);
  *record = each(begin, now_ns(), kBatch);
}

int main(int argc, char** argv) {
  static Bench b;
  if (argc != 2) {
    fprintf(stderr, "usage: bench_c DIRECTORY\n");
    return 2;
  }
  open_state(&b, argv[1]);
  for (int i = -kBlocks / kWarmUp; i < kBlocks; ++i) {
    block(&b, &route_samples[i < 0 ? 0 : i], &record_samples[i < 0 ? 0 : i]);
    if (i % kTickEvery == 0) {
      b.remora.tick(b.state, 0, 0, NULL, NULL);
    }
  }
  for (int i = -kBatches / kWarmUp; i < kBatches; ++i) {
    batch(&b, &route_batch_samples[i < 0 ? 0 : i], &record_batch_samples[i < 0 ? 0 : i]);
    if (i % (kTickEvery / 4) == 0) {
      b.remora.tick(b.state, 0, 0, NULL, NULL);
    }
  }
  print_line("C", route_samples, record_samples, kBlocks, route_batch_samples, record_batch_samples,
             kBatches);
  b.remora.close(b.state, NULL);
  return 0;
}
