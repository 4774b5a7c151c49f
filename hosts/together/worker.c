/* The worker of README.md in C, over remora_loader.h. */
#include <remora/remora_loader.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Worker {
  remora_api remora;
  uint64_t state;
  remora_id agent;
  remora_id task_type;
  remora_error error;
} Worker;

static int32_t route(Worker* w, remora_decision* decision) {
  const remora_task task = {.struct_size = sizeof task, .agent = w->agent, .task_type = w->task_type};
  decision->struct_size = sizeof *decision;
  return w->remora.route(w->state, &task, decision, &w->error);
}

static int32_t work(Worker* w, long count) {
  long acknowledged = 0;
  int32_t failed = REMORA_OK;
  for (long i = 0; i < count; ++i) {
    remora_decision decision;
    int32_t code = route(w, &decision);
    if (code == REMORA_OK) {
      code = w->remora.record_result(w->state, decision.decision_id, i % 10 != 0, 1000000, &w->error);
    }
    acknowledged += code == REMORA_OK;
    failed = failed == REMORA_OK ? code : failed;
  }
  if (failed == REMORA_OK) {
    printf("worked %ld\n", acknowledged);
  }
  return failed;
}

static int32_t route_only(Worker* w, long count) {
  long chosen[2] = {0, 0};
  long off = 0;
  for (long i = 0; i < count; ++i) {
    remora_decision decision;
    const int32_t code = route(w, &decision);
    if (code != REMORA_OK) {
      return code;
    }
    const remora_outcome outcome = {.struct_size = sizeof outcome,
                                    .flags = REMORA_OUTCOME_ABANDONED,
                                    .decision_id = decision.decision_id};
    const int32_t freed = w->remora.record_outcome(w->state, &outcome, NULL, &w->error);
    if (freed != REMORA_OK) {
      return freed;
    }
    chosen[decision.variant != 0] += 1;
    off += (decision.flags & REMORA_DECISION_CONTROL_OFF) != 0;
  }
  printf("routed %ld %ld %ld\n", chosen[0], chosen[1], off);
  return REMORA_OK;
}

static int32_t block(Worker* w, const char* name, int blocked) {
  const uint32_t variant = strcmp(name, "quick") == 0;
  const int32_t code = blocked ? w->remora.variant_block(w->state, w->agent, variant, &w->error)
                               : w->remora.variant_unblock(w->state, w->agent, variant, &w->error);
  if (code == REMORA_OK) {
    puts("done");
  }
  return code;
}

static int32_t control(Worker* w, const char* position) {
  const remora_control wanted = {.struct_size = sizeof wanted,
                                 .enabled = strcmp(position, "on") == 0,
                                 .learning = 1,
                                 .mode = REMORA_MODE_FULL};
  const int32_t code = w->remora.control_set(w->state, &wanted, &w->error);
  if (code == REMORA_OK) {
    puts("done");
  }
  return code;
}

static int32_t generation(Worker* w) {
  remora_stats stats = {.struct_size = sizeof stats};
  const int32_t code = w->remora.stats_get(w->state, &stats, &w->error);
  if (code == REMORA_OK) {
    printf("generation %llu\n", (unsigned long long)stats.generation);
  }
  return code;
}

static void answer(Worker* w, const char* command, const char* argument) {
  int32_t code = REMORA_E_INVALID;
  snprintf(w->error.text, sizeof w->error.text, "no such command: %s", command);
  if (strcmp(command, "work") == 0) {
    code = work(w, atol(argument));
  } else if (strcmp(command, "route") == 0) {
    code = route_only(w, atol(argument));
  } else if (strcmp(command, "block") == 0 || strcmp(command, "unblock") == 0) {
    code = block(w, argument, command[0] == 'b');
  } else if (strcmp(command, "control") == 0) {
    code = control(w, argument);
  } else if (strcmp(command, "generation") == 0) {
    code = generation(w);
  }
  if (code != REMORA_OK) {
    printf("error %s\n", w->error.text);
  }
  fflush(stdout);
}

int main(int argc, char** argv) {
  static Worker w = {.error = REMORA_ERROR_INIT};
  char line[256];
  char why[1024] = "usage: worker DIRECTORY";
  if (argc != 2 || remora_load(&w.remora, NULL, why, sizeof why) != REMORA_OK) {
    fprintf(stderr, "%s\n", why);
    return 1;
  }
  if (w.remora.open(argv[1], strlen(argv[1]), NULL, &w.state, &w.error) != REMORA_OK ||
      w.remora.find(w.state, REMORA_KIND_AGENT, "backend-architect", 17, &w.agent, &w.error) != REMORA_OK ||
      w.remora.intern(w.state, REMORA_KIND_TASK_TYPE, "api-design", 10, &w.task_type, &w.error) !=
          REMORA_OK) {
    fprintf(stderr, "%s\n", w.error.text);
    return 1;
  }
  puts("ready");
  fflush(stdout);
  while (fgets(line, sizeof line, stdin) != NULL) {
    char command[64] = "";
    char argument[64] = "";
    sscanf(line, "%63s %63s", command, argument);
    answer(&w, command, argument);
  }
  return w.remora.close(w.state, NULL) == REMORA_OK ? 0 : 1;
}
