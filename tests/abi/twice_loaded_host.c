/* A host that has the plugin twice, as two packages that each bring a copy of it make it: both copies open
 * one state, and a process that has it once looks on.
 *
 *   twice_loaded_host copies LIBRARY FOLDER   six threads decide by one copy and report by either, names are
 * made by both, one copy closes while the other works, a child is forked, and all is killed amid its work
 *
 * Exits with 0, or with 1 after a line on standard error. */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "abi/session.h"

enum { kThreads = 6, kDecisions = 4000, kNames = 100, kPatienceSeconds = 60, kMostBytes = 1 << 16 };

/* What the host with two copies tells the one that looks on, in memory that its death does not take away. */
typedef struct board {
  atomic_ulong started;
  atomic_ulong acknowledged;
  atomic_int findings;
} board;

/* One copy of the library, with two handles onto the state. */
typedef struct copy {
  remora_api api;
  uint64_t handles[2];
} copy;

static board* shared;
static copy copies[2];
static atomic_int many_tasks;
static int to_onlooker[2];
static int to_host[2];

static int find(const char* what, const remora_error* error) {
  fprintf(stderr, "%s: %s\n", what, error == NULL ? "" : error->text);
  atomic_fetch_add(&shared->findings, 1);
  return 0;
}

static remora_error no_error(void) {
  const remora_error error = REMORA_ERROR_INIT;
  return error;
}

static int load(remora_api* api, const char* library) {
  char why[1024] = "";
  return remora_load(api, library, why, sizeof why) == REMORA_OK ? 1 : find(why, NULL);
}

static int open_state(const remora_api* api, const char* folder, uint64_t* handle) {
  remora_options options = session_options();
  remora_error error = no_error();
  options.ledger_slots = 65536; /* more than the decisions that are counted: none may expire */
  return api->open(folder, strlen(folder), &options, handle, &error) == REMORA_OK ? 1 : find("open", &error);
}

static int close_state(const remora_api* api, uint64_t handle) {
  remora_error error = no_error();
  return api->close(handle, &error) == REMORA_OK ? 1 : find("close", &error);
}

/* One task: decided by one copy, reported by the same or by the other. Where tasks are many, the ledger may
 * go round while a thread waits for a processor. */
static int decide(const copy* by, const copy* reporter, int which) {
  remora_decision decision;
  remora_error error = no_error();
  int32_t code;
  memset(&decision, 0, sizeof decision);
  decision.struct_size = sizeof decision;
  if (by->api.route_named(by->handles[which], "guest-agent", "api-design", 0, &decision, &error) !=
      REMORA_OK) {
    return find("route", &error);
  }
  atomic_fetch_add(&shared->started, 1);
  code = reporter->api.record_result(reporter->handles[which], decision.decision_id, 1, 1000000, &error);
  if (code == REMORA_OK) {
    atomic_fetch_add(&shared->acknowledged, 1);
    return 1;
  }
  return code == REMORA_E_EXPIRED && atomic_load(&many_tasks) ? 1 : find("record", &error);
}

/* A name that every thread makes, by both copies: it must have one id. */
static int name(int number) {
  char text[32];
  remora_id ids[2] = {0, 0};
  remora_error error = no_error();
  int i;
  snprintf(text, sizeof text, "label-%d", number);
  for (i = 0; i < 2; ++i) {
    int32_t code = REMORA_E_BUSY;
    while (code == REMORA_E_BUSY) { /* the other copy's threads stand in line for the same lock */
      code =
          copies[i].api.intern(copies[i].handles[0], REMORA_KIND_LABEL, text, strlen(text), &ids[i], &error);
    }
    if (code != REMORA_OK) {
      return find("intern", &error);
    }
  }
  return ids[0] == ids[1] ? 1 : find("a name has another id in each copy", NULL);
}

static void* work(void* argument) {
  const int thread = (int)(uintptr_t)argument;
  const copy* by = &copies[thread % 2];
  const copy* reporter = &copies[thread / 2 % 2];
  int i;
  for (i = 0; i < kDecisions; ++i) {
    if (!decide(by, reporter, thread / 4) || (i < kNames && !name(i))) {
      break;
    }
  }
  return NULL;
}

static void* work_for_ever(void* argument) {
  const int thread = (int)(uintptr_t)argument;
  while (decide(&copies[thread % 2], &copies[thread / 2 % 2], 0)) {
  }
  return NULL;
}

static void run_threads(void* (*body)(void*)) {
  pthread_t threads[kThreads];
  int i;
  for (i = 0; i < kThreads; ++i) {
    pthread_create(&threads[i], NULL, body, (void*)(uintptr_t)i);
  }
  for (i = 0; i < kThreads; ++i) {
    pthread_join(threads[i], NULL);
  }
}

static void expect_counts(const remora_api* api, uint64_t handle, const char* who) {
  const uint64_t expected = atomic_load(&shared->acknowledged);
  remora_stats stats;
  remora_error error = no_error();
  memset(&stats, 0, sizeof stats);
  stats.struct_size = sizeof stats;
  if (api->stats_get(handle, &stats, &error) != REMORA_OK) {
    find(who, &error);
  } else if (stats.outcomes != expected || stats.visits != expected) {
    fprintf(stderr, "%lu acknowledged, %lu counted, %lu learned\n", (unsigned long)expected,
            (unsigned long)stats.outcomes, (unsigned long)stats.visits);
    find(who, NULL);
  }
}

/* A child goes on by both copies, and so does its parent. */
static void fork_amid(void) {
  int status = 0;
  const pid_t child = fork();
  if (child == 0) {
    alarm(kPatienceSeconds);
    _exit(decide(&copies[0], &copies[1], 1) && decide(&copies[1], &copies[0], 0) && name(kNames) ? 0 : 1);
  }
  if (child < 0 || waitpid(child, &status, 0) != child || status != 0) {
    find("a child fails, hangs or crashes", NULL);
  }
  decide(&copies[0], &copies[1], 0);
}

/* What one copy took a snapshot of is put in force by the other. */
static void restore_by_the_other(void) {
  char path[512];
  uint64_t needed = 0;
  remora_snapshot_info info;
  remora_error error = no_error();
  memset(&info, 0, sizeof info);
  info.struct_size = sizeof info;
  if (copies[0].api.snapshot(copies[0].handles[0], &info, &error) != REMORA_OK ||
      copies[0].api.snapshot_path(copies[0].handles[0], info.sequence, path, sizeof path, &needed, &error) !=
          REMORA_OK ||
      copies[1].api.restore(copies[1].handles[0], path, needed - 1, NULL, &error) != REMORA_OK) {
    find("snapshot and restore", &error);
  }
  decide(&copies[0], &copies[0], 0);
  decide(&copies[1], &copies[1], 0);
}

/* Has the onlooker look, and goes on when it has. */
static void let_look(void) {
  char byte = 0;
  if (write(to_onlooker[1], &byte, 1) != 1 || read(to_host[0], &byte, 1) != 1) {
    find("the onlooker is gone", NULL);
  }
}

static int copy_file(const char* from, const char* to) {
  static char bytes[kMostBytes];
  FILE* in = fopen(from, "rb");
  FILE* out = fopen(to, "wb");
  size_t size = 1;
  while (in != NULL && out != NULL && size != 0) {
    size = fread(bytes, 1, sizeof bytes, in);
    if (fwrite(bytes, 1, size, out) != size) {
      break;
    }
  }
  return size == 0 && fclose(in) == 0 && fclose(out) == 0 ? 1 : find("the library cannot be copied", NULL);
}

static void host_two_copies(const char* library, const char* folder) {
  char second[4096];
  remora_error error = no_error();
  remora_id agent = 0;
  int i;
  snprintf(second, sizeof second, "%s.copy.so", folder);
  if (!copy_file(library, second) || !load(&copies[0].api, library) || !load(&copies[1].api, second)) {
    return;
  }
  if (copies[0].api.route == copies[1].api.route) {
    find("the second copy is the first one, so nothing would be shown", NULL);
  }
  for (i = 0; i < 4; ++i) {
    if (!open_state(&copies[i % 2].api, folder, &copies[i % 2].handles[i / 2])) {
      return;
    }
  }
  if (copies[0].api.agent_define(copies[0].handles[0], "guest-agent", "steady,shaky", &agent, &error) !=
      REMORA_OK) {
    find("agent_define", &error);
  }
  run_threads(work);
  fork_amid();
  expect_counts(&copies[0].api, copies[0].handles[0], "the first copy");
  expect_counts(&copies[1].api, copies[1].handles[1], "the second copy");
  let_look();
  restore_by_the_other();
  close_state(&copies[0].api, copies[0].handles[1]);
  let_look();
  decide(&copies[0], &copies[1], 0);
  close_state(&copies[0].api, copies[0].handles[0]);
  let_look();
  decide(&copies[1], &copies[1], 1);
  if (open_state(&copies[0].api, folder, &copies[0].handles[0])) {
    let_look();
    atomic_store(&many_tasks, 1);
    run_threads(work_for_ever);
  }
}

static uint32_t processes_now(const remora_api* api, uint64_t handle) {
  remora_stats stats;
  memset(&stats, 0, sizeof stats);
  stats.struct_size = sizeof stats;
  return api->stats_get(handle, &stats, NULL) == REMORA_OK ? stats.processes : 0;
}

/* The host with two copies has so many places in the state, beside the onlooker's own. */
static void look(const remora_api* api, uint64_t handle, uint32_t places, const char* when) {
  char byte = 0;
  remora_error error = no_error();
  if (read(to_onlooker[0], &byte, 1) != 1) {
    find("the host with two copies is gone", NULL);
    return;
  }
  if (api->tick(handle, 0, 0, NULL, &error) != REMORA_OK) {
    find("tick", &error);
  }
  if (processes_now(api, handle) != places + 1) {
    fprintf(stderr, "%u places in the state, expected %u\n", processes_now(api, handle), places + 1);
    find(when, NULL);
  }
  if (write(to_host[1], &byte, 1) != 1) {
    find("the host with two copies is gone", NULL);
  }
}

/* Nothing that an operator would have to look after, but for the restore that was asked for. */
static void expect_calm(const remora_api* api, uint64_t handle) {
  uint64_t cursor = 0;
  uint32_t count = 1;
  remora_event event;
  while (count == 1) {
    memset(&event, 0, sizeof event);
    event.struct_size = sizeof event;
    if (api->events(handle, &cursor, &event, 0, 1, &count) != REMORA_OK) {
      find("events", NULL);
      return;
    }
    if (count == 1 && event.severity != REMORA_SEVERITY_INFO && event.kind != REMORA_EVENT_RESTORED) {
      fprintf(stderr, "event of kind %u\n", event.kind);
      find("an alarm", NULL);
    }
  }
}

static void look_on(const char* library, const char* folder, pid_t host) {
  remora_api api;
  uint64_t handle = 0;
  remora_stats stats;
  unsigned long before;
  if (!load(&api, library) || !open_state(&api, folder, &handle)) {
    return;
  }
  look(&api, handle, 2, "with both copies");
  expect_counts(&api, handle, "the onlooker");
  look(&api, handle, 2, "one handle of the first copy is closed");
  look(&api, handle, 1, "the first copy is closed");
  look(&api, handle, 2, "the first copy is open again");
  expect_calm(&api, handle);
  before = atomic_load(&shared->acknowledged);
  while (atomic_load(&shared->acknowledged) < before + kDecisions && atomic_load(&shared->findings) == 0) {
    usleep(1000);
  }
  kill(host, SIGKILL);
  waitpid(host, NULL, 0);
  memset(&stats, 0, sizeof stats);
  stats.struct_size = sizeof stats;
  if (processes_now(&api, handle) != 1 || api.tick(handle, 0, 0, NULL, NULL) != REMORA_OK ||
      api.stats_get(handle, &stats, NULL) != REMORA_OK) {
    find("the death of the host is not seen", NULL);
  }
  if (stats.outcomes < atomic_load(&shared->acknowledged) || stats.outcomes > atomic_load(&shared->started)) {
    find("what was acknowledged is not what is there", NULL);
  }
  close_state(&api, handle);
}

int main(int argc, char** argv) {
  pid_t host;
  shared = (board*)mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (argc != 4 || strcmp(argv[1], "copies") != 0 || shared == MAP_FAILED || pipe(to_onlooker) != 0 ||
      pipe(to_host) != 0) {
    fprintf(stderr, "usage: twice_loaded_host copies LIBRARY FOLDER\n");
    return 2;
  }
  alarm(kPatienceSeconds);
  host = fork();
  if (host == 0) {
    close(to_host[1]); /* so that each sees the other's end */
    close(to_onlooker[0]);
    alarm(kPatienceSeconds);
    host_two_copies(argv[2], argv[3]);
    _exit(1); /* only a kill ends it as it should */
  }
  close(to_onlooker[1]);
  close(to_host[0]);
  look_on(argv[2], argv[3], host);
  kill(host, SIGKILL);
  return atomic_load(&shared->findings) == 0 ? 0 : 1;
}
