/* A host with threads and children of its own, at the ends of their lives.
 *
 *   crowded_host stacks LIBRARY FOLDER   a whole session on threads with a stack of 64 KiB, guard page behind
 * it crowded_host forks LIBRARY FOLDER    1,000 children forked while four threads work: each decides,
 * records and exits in its turn crowded_host unload LIBRARY FOLDER   100 times: the library is unloaded while
 * eight threads live that used it crowded_host exit LIBRARY FOLDER     100 children that end by exit on a
 * thread of theirs, with a handle open crowded_host errors LIBRARY FOLDER   64 tasks that hop over four
 * threads: each gets its own error's text
 *
 * Exits with 0, or with 1 after a line on standard error. */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "abi/session.h"

enum { kWorkers = 4, kUsers = 8, kChildren = 1000, kRounds = 100, kTasks = 64, kPatienceSeconds = 60 };

static remora_api api;
static uint64_t state;
static atomic_int stop;
static atomic_int findings;

static void find(const char* what, const session_failure* failure) {
  fprintf(stderr, "%s: %s %d %s\n", what, failure->call == NULL ? "" : failure->call, (int)failure->code,
          failure->error.text);
  atomic_fetch_add(&findings, 1);
}

static void find_plain(const char* what) {
  static const session_failure kNone;
  find(what, &kNone);
}

static session_failure no_failure(void) {
  session_failure failure;
  memset(&failure, 0, sizeof failure);
  failure.error.struct_size = sizeof failure.error;
  return failure;
}

static int open_state(const char* library, const char* folder) {
  remora_options options = session_options();
  session_failure failure = no_failure();
  remora_id agent = 0;
  char why[1024] = "";
  options.ledger_slots = 65536; /* a child that waits for its turn must still find its decision */
  if (remora_load(&api, library, why, sizeof why) != REMORA_OK) {
    find_plain(why);
    return 0;
  }
  if (api.open(folder, strlen(folder), &options, &state, &failure.error) != REMORA_OK ||
      api.agent_define(state, "guest-agent", "steady,shaky", &agent, &failure.error) != REMORA_OK) {
    find("open", &failure);
    return 0;
  }
  return 1;
}

/* Waits for a child, but not for ever. */
static int ends_well(pid_t child) {
  const struct timespec moment = {0, 2000000};
  int status = 0;
  int i;
  for (i = 0; i < kPatienceSeconds * 500; ++i) {
    const pid_t ended = waitpid(child, &status, WNOHANG);
    if (ended == child) {
      return WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }
    nanosleep(&moment, NULL);
  }
  kill(child, SIGKILL);
  waitpid(child, &status, 0);
  return 0;
}

static void* run_session(void* folder) {
  session_failure failure;
  if (!session_run(&api, (const char*)folder, 0, &failure)) {
    find("a session on a small stack", &failure);
  }
  return NULL;
}

static void stacks(const char* library, const char* folder) {
  pthread_attr_t small;
  pthread_t thread;
  int i;
  char why[1024] = "";
  if (remora_load(&api, library, why, sizeof why) != REMORA_OK) {
    find_plain(why);
    return;
  }
  pthread_attr_init(&small);
  pthread_attr_setstacksize(&small, 64 * 1024);
  pthread_attr_setguardsize(&small, 64 * 1024);
  for (i = 0; i < 4; ++i) {
    if (pthread_create(&thread, &small, run_session, (void*)(uintptr_t)folder) != 0) {
      find_plain("no thread with a stack of 64 KiB");
      return;
    }
    pthread_join(thread, NULL);
  }
  pthread_attr_destroy(&small);
}

/* Not so fast that the ledger goes round while the machine lets a thread wait. */
static void* work(void* unused) {
  const struct timespec moment = {0, 1000000};
  session_failure failure = no_failure();
  (void)unused;
  while (!atomic_load(&stop)) {
    if (!session_decide(&api, state, 10, &failure)) {
      find("a thread of the parent", &failure);
      return NULL;
    }
    nanosleep(&moment, NULL);
  }
  return NULL;
}

static void forks(const char* library, const char* folder) {
  pthread_t workers[kWorkers];
  int i;
  if (!open_state(library, folder)) {
    return;
  }
  for (i = 0; i < kWorkers; ++i) {
    pthread_create(&workers[i], NULL, work, NULL);
  }
  for (i = 0; i < kChildren && atomic_load(&findings) == 0; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      session_failure failure = no_failure();
      if (!session_decide(&api, state, 5, &failure)) {
        find("a child", &failure);
      }
      exit(atomic_load(&findings) == 0 ? 0 : 1);
    }
    if (child < 0 || !ends_well(child)) {
      find_plain("a child hangs, crashes or fails");
    }
  }
  atomic_store(&stop, 1);
  for (i = 0; i < kWorkers; ++i) {
    pthread_join(workers[i], NULL);
  }
  {
    session_failure failure = no_failure();
    if (api.tick(state, 0, 0, NULL, &failure.error) != REMORA_OK ||
        api.close(state, &failure.error) != REMORA_OK) {
      find("the parent afterwards", &failure);
    }
  }
}

static pthread_barrier_t used;
static pthread_barrier_t unloaded;

static void* use_and_outlive(void* unused) {
  session_failure failure = no_failure();
  (void)unused;
  if (!session_decide(&api, state, 10, &failure)) {
    find("a thread", &failure);
  }
  pthread_barrier_wait(&used);
  pthread_barrier_wait(&unloaded);
  return NULL; /* what the library left for the end of this thread would run now */
}

static void unload(const char* library, const char* folder) {
  pthread_t users[kUsers];
  int round;
  int i;
  pthread_barrier_init(&used, NULL, kUsers + 1);
  pthread_barrier_init(&unloaded, NULL, kUsers + 1);
  for (round = 0; round < kRounds && atomic_load(&findings) == 0; ++round) {
    if (!open_state(library, folder)) {
      return;
    }
    for (i = 0; i < kUsers; ++i) {
      pthread_create(&users[i], NULL, use_and_outlive, NULL);
    }
    pthread_barrier_wait(&used);
    api.close(state, NULL);
    remora_unload(&api);
    pthread_barrier_wait(&unloaded);
    for (i = 0; i < kUsers; ++i) {
      pthread_join(users[i], NULL);
    }
  }
}

static void* end_the_process(void* unused) {
  session_failure failure = no_failure();
  (void)unused;
  exit(session_decide(&api, state, 5, &failure) ? 0 : 1);
}

static void leave(const char* library, const char* folder) {
  int i;
  for (i = 0; i < kRounds && atomic_load(&findings) == 0; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      pthread_t thread;
      if (!open_state(library, folder)) {
        _exit(1);
      }
      pthread_create(&thread, NULL, end_the_process, NULL);
      for (;;) {
        pause();
      }
    }
    if (child < 0 || !ends_well(child)) {
      find_plain("a process that ends on a thread of its own hangs or crashes");
    }
  }
}

/* A logical task as runtimes with green threads have it: its next step may be made by another thread. */
typedef struct task {
  atomic_flag taken;
  int steps;
  remora_error error;
  char name[32];
} task;

static task tasks[kTasks];
static atomic_int next_step;

static void* take_steps(void* unused) {
  int step;
  (void)unused;
  while ((step = atomic_fetch_add(&next_step, 1)) < kTasks * kRounds) {
    task* mine = &tasks[step % kTasks];
    remora_id id = 0;
    if (atomic_flag_test_and_set(&mine->taken)) {
      continue; /* its last step is still being made */
    }
    if (mine->steps != 0 && strstr(mine->error.text, mine->name) == NULL) {
      find_plain("an error's text did not stay with its task");
    }
    ++mine->steps;
    snprintf(mine->name, sizeof mine->name, "nobody-%d-%d-", step % kTasks, mine->steps);
    mine->error.struct_size = sizeof mine->error;
    if (api.find(state, REMORA_KIND_AGENT, mine->name, strlen(mine->name), &id, &mine->error) !=
            REMORA_E_NOT_FOUND ||
        strstr(mine->error.text, mine->name) == NULL) {
      find_plain("an error's text is another task's");
    }
    atomic_flag_clear(&mine->taken);
  }
  return NULL;
}

static void errors(const char* library, const char* folder) {
  pthread_t workers[kWorkers];
  int i;
  if (!open_state(library, folder)) {
    return;
  }
  for (i = 0; i < kWorkers; ++i) {
    pthread_create(&workers[i], NULL, take_steps, NULL);
  }
  for (i = 0; i < kWorkers; ++i) {
    pthread_join(workers[i], NULL);
  }
  api.close(state, NULL);
}

int main(int argc, char** argv) {
  static const struct {
    const char* name;
    void (*run)(const char* library, const char* folder);
  } modes[] = {{"stacks", stacks}, {"forks", forks}, {"unload", unload}, {"exit", leave}, {"errors", errors}};
  size_t i;
  for (i = 0; argc == 4 && i < sizeof modes / sizeof modes[0]; ++i) {
    if (strcmp(argv[1], modes[i].name) == 0) {
      modes[i].run(argv[2], argv[3]);
      return atomic_load(&findings) == 0 ? 0 : 1;
    }
  }
  fprintf(stderr, "usage: crowded_host stacks|forks|unload|exit|errors LIBRARY FOLDER\n");
  return 2;
}
