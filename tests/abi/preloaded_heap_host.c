/* A host that was started with jemalloc in LD_PRELOAD, as many servers are: every malloc of the process is
 * then another allocator's, which fills what it gives out and what it gets back (MALLOC_CONF=junk:true).
 *
 *   preloaded_heap_host local|global|deepbind LIBRARY FOLDER   the scope that the plugin is loaded into
 *
 * Sessions, children amid a session, loads and unloads: they must work, and leave nothing in that heap. Exits
 * with 0, or with 1 after a line on standard error; without jemalloc nothing is shown, and that fails too. */
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "abi/session.h"

enum { kSessions = 20, kWarmUp = 5, kChildren = 50, kLoads = 100 };

/* Less than a block a session. */
enum { kMayStay = 512 };

typedef int (*control_function)(const char* name, void* old, size_t* old_size, void* given,
                                size_t given_size);

static control_function control;
static int findings;

static void find(const char* what, const session_failure* failure) {
  fprintf(stderr, "%s: %s %d %s\n", what, failure->call == NULL ? "" : failure->call, (int)failure->code,
          failure->error.text);
  ++findings;
}

static void find_plain(const char* what) {
  static const session_failure kNone;
  find(what, &kNone);
}

/* Is the malloc that this process finds jemalloc's, and does it fill its blocks? */
static int is_preloaded(void) {
  const char* junk = NULL;
  size_t size = sizeof junk;
  Dl_info malloc_info;
  void* found = dlsym(RTLD_DEFAULT, "mallctl");
  memcpy(&control, &found, sizeof control);
  return control != NULL && control("opt.junk", &junk, &size, NULL, 0) == 0 && strcmp(junk, "true") == 0 &&
         dladdr(dlsym(RTLD_DEFAULT, "malloc"), &malloc_info) != 0 &&
         strstr(malloc_info.dli_fname, "jemalloc") != NULL;
}

/* Bytes that the process has in use of that heap. */
static size_t in_use(void) {
  uint64_t epoch = 1;
  size_t bytes = 0;
  size_t size = sizeof bytes;
  if (control("thread.tcache.flush", NULL, NULL, NULL, 0) != 0 ||
      control("epoch", NULL, NULL, &epoch, sizeof epoch) != 0 ||
      control("stats.allocated", &bytes, &size, NULL, 0) != 0) {
    find_plain("jemalloc does not say how much is in use");
  }
  return bytes;
}

/* The first dlopen settles the scope; the loader then finds the library already there. */
static int load(remora_api* api, const char* mode, const char* library, void** held) {
  char why[1024] = "";
  *held = dlopen(library, session_scope(mode));
  if (*held != NULL && remora_load(api, library, why, sizeof why) == REMORA_OK) {
    return 1;
  }
  find_plain(*held == NULL ? dlerror() : why);
  return 0;
}

/* A state that was opened before the fork is used by the child and by the parent after it. */
static void fork_amid(const remora_api* api, const char* folder) {
  const remora_options options = session_options();
  session_failure failure;
  uint64_t state = 0;
  int i;
  memset(&failure, 0, sizeof failure);
  failure.error.struct_size = sizeof failure.error;
  if (api->open(folder, strlen(folder), &options, &state, &failure.error) != REMORA_OK) {
    find("open", &failure);
    return;
  }
  for (i = 0; i < kChildren && findings == 0; ++i) {
    int status = 0;
    const pid_t child = fork();
    if (child == 0) {
      alarm(60);
      /* Its own session after the parent's: allocates, writes files, closes, and unloads at its exit. */
      exit(session_decide(api, state, 5, &failure) && api->close(state, NULL) == REMORA_OK &&
                   session_run(api, folder, 0, &failure)
               ? 0
               : 1);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
      find_plain("a child fails, hangs or crashes");
    }
    if (!session_decide(api, state, 5, &failure)) {
      find("the parent after a fork", &failure);
    }
  }
  if (api->close(state, &failure.error) != REMORA_OK) {
    find("close", &failure);
  }
}

int main(int argc, char** argv) {
  remora_api api;
  session_failure failure;
  void* held = NULL;
  size_t before = 0;
  int i;
  if (argc != 4) {
    fprintf(stderr, "usage: preloaded_heap_host local|global|deepbind LIBRARY FOLDER\n");
    return 1;
  }
  if (!is_preloaded()) {
    fprintf(stderr,
            "the process's malloc is not jemalloc's with junk:true: run with LD_PRELOAD and MALLOC_CONF\n");
    return 1;
  }
  for (i = 0; i < kLoads && findings == 0; ++i) {
    if (load(&api, argv[1], argv[2], &held)) {
      api.abi_version();
      remora_unload(&api);
      dlclose(held);
    }
  }
  if (findings != 0 || !load(&api, argv[1], argv[2], &held)) {
    return 1;
  }
  for (i = 0; i < kSessions && findings == 0; ++i) {
    if (i == kWarmUp) {
      before = in_use();
    }
    if (!session_run(&api, argv[3], i % 2 == 0 ? 0 : REMORA_OPEN_KEEPER, &failure)) {
      find("a session", &failure);
    }
  }
  if (in_use() > before + kMayStay) {
    fprintf(stderr, "sessions left %zu bytes in the host's heap\n", in_use() - before);
    ++findings;
  }
  fork_amid(&api, argv[3]);
  remora_unload(&api);
  dlclose(held);
  return findings == 0 ? 0 : 1;
}
