/* A host in C that looks at its own process while the plugin works in it, and says what the plugin changed.
 *
 *   guest_host reload LIBRARY FOLDER    loads and unloads 1,000 times, opens and closes 200 times: nothing
 * may grow guest_host manners LIBRARY FOLDER   a session with the keeper thread must leave the process as it
 * was, and its output empty guest_host closed LIBRARY FOLDER    with descriptors 0 to 2 closed: no state file
 * may get one of them
 *
 * Exits with 0, or with 1 after one line on standard error for each finding. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fenv.h>
#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#if defined(__SSE__)
#include <xmmintrin.h>
#endif

#include "abi/session.h"

extern char** environ;

static int findings;
static int report_to = STDERR_FILENO;

static void find(const char* format, ...) __attribute__((format(printf, 1, 2)));
static void find(const char* format, ...) {
  char line[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  dprintf(report_to, "%s\n", line);
  ++findings;
}

static int load(remora_api* api, const char* library) {
  char why[1024];
  if (remora_load(api, library, why, sizeof why) == REMORA_OK) {
    return 1;
  }
  find("%s", why);
  return 0;
}

static int entries_of(const char* folder) {
  int count = 0;
  DIR* open_folder = opendir(folder);
  if (open_folder == NULL) {
    return -1;
  }
  while (readdir(open_folder) != NULL) {
    ++count;
  }
  closedir(open_folder);
  return count;
}

static int lines_of(const char* path) {
  int count = 0;
  int c;
  FILE* file = fopen(path, "r");
  if (file == NULL) {
    return -1;
  }
  while ((c = getc(file)) != EOF) {
    count += c == '\n';
  }
  fclose(file);
  return count;
}

static long resident_kib(void) {
  long pages = -1;
  FILE* file = fopen("/proc/self/statm", "r");
  if (file != NULL) {
    if (fscanf(file, "%*s %ld", &pages) != 1) {
      pages = -1;
    }
    fclose(file);
  }
  return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

/* What 1,000 loads must not make grow. */
typedef struct growth {
  int descriptors;
  int mappings;
  int threads;
  long resident;
} growth;

static growth now(void) {
  growth g;
  g.descriptors = entries_of("/proc/self/fd");
  g.mappings = lines_of("/proc/self/maps");
  g.threads = entries_of("/proc/self/task");
  g.resident = resident_kib();
  return g;
}

static void compare(const char* what, growth before, growth after) {
  if (after.descriptors != before.descriptors) {
    find("%s: %d open descriptors, before %d", what, after.descriptors, before.descriptors);
  }
  if (after.mappings > before.mappings + 2) { /* the host's own heap may take one or two */
    find("%s: %d mappings, before %d", what, after.mappings, before.mappings);
  }
  if (after.threads != before.threads) {
    find("%s: %d threads, before %d", what, after.threads - 2, before.threads - 2);
  }
  if (after.resident > before.resident + 512) {
    find("%s: %ld KiB resident, before %ld", what, after.resident, before.resident);
  }
}

static void reload(const char* library, const char* folder) {
  remora_api api;
  session_failure failure;
  growth before = now();
  int i;
  for (i = 0; i < 1000 && findings == 0; ++i) {
    if (i == 10) {
      before = now();
    }
    if (load(&api, library)) {
      api.abi_version();
      remora_unload(&api);
    }
  }
  compare("1,000 loads", before, now());
  for (i = 0; i < 200 && findings == 0; ++i) {
    const remora_options options = session_options();
    uint64_t state = 0;
    remora_id agent = 0;
    if (i == 10) {
      before = now();
    }
    memset(&failure, 0, sizeof failure);
    failure.error.struct_size = sizeof failure.error;
    if (!load(&api, library)) {
      return;
    }
    if (api.open(folder, strlen(folder), &options, &state, &failure.error) != REMORA_OK ||
        api.agent_define(state, "guest-agent", "steady,shaky", &agent, &failure.error) != REMORA_OK ||
        !session_decide(&api, state, 10, &failure) || api.close(state, &failure.error) != REMORA_OK) {
      find("round %d: %s", i, failure.error.text);
    }
    remora_unload(&api);
  }
  compare("200 openings", before, now());
}

/* Everything of the process that is the host's and no plugin's. */
typedef struct belongings {
  char locale[256];
  char folder[4096];
  size_t environment;
  mode_t mask;
  unsigned int control_word;
  int rounding;
  sigset_t blocked;
  struct sigaction actions[65];
  struct rlimit limits[16];
} belongings;

static size_t hash_of_environment(void) {
  size_t hash = 5381;
  char** entry;
  const char* c;
  for (entry = environ; *entry != NULL; ++entry) {
    for (c = *entry; *c != '\0'; ++c) {
      hash = hash * 33 + (unsigned char)*c;
    }
  }
  return hash;
}

static void take_stock(belongings* b) {
  int i;
  memset(b, 0, sizeof *b);
  snprintf(b->locale, sizeof b->locale, "%s", setlocale(LC_ALL, NULL));
  if (getcwd(b->folder, sizeof b->folder) == NULL) {
    find("getcwd: errno %d", errno);
  }
  b->environment = hash_of_environment();
  b->mask = umask(0);
  umask(b->mask);
#if defined(__SSE__)
  b->control_word = _mm_getcsr() & ~0x3Fu; /* without the exceptions that arithmetic leaves behind */
#endif
  b->rounding = fegetround();
  sigprocmask(SIG_SETMASK, NULL, &b->blocked);
  for (i = 1; i < 65; ++i) {
    sigaction(i, NULL, &b->actions[i]);
  }
  for (i = 0; i < 16; ++i) {
    getrlimit((__rlimit_resource_t)i, &b->limits[i]);
  }
}

static void compare_belongings(const belongings* before, const belongings* after) {
  int i;
  if (strcmp(before->locale, after->locale) != 0) {
    find("the locale became %s, was %s", after->locale, before->locale);
  }
  if (strcmp(before->folder, after->folder) != 0) {
    find("the working folder became %s, was %s", after->folder, before->folder);
  }
  if (before->environment != after->environment) {
    find("the environment changed");
  }
  if (before->mask != after->mask) {
    find("the umask became %o, was %o", (unsigned)after->mask, (unsigned)before->mask);
  }
  if (before->control_word != after->control_word || before->rounding != after->rounding) {
    find("the floating-point mode became %x, was %x", after->control_word, before->control_word);
  }
  if (memcmp(&before->blocked, &after->blocked, sizeof before->blocked) != 0) {
    find("the signal mask changed");
  }
  for (i = 1; i < 65; ++i) {
    if (before->actions[i].sa_sigaction != after->actions[i].sa_sigaction ||
        before->actions[i].sa_flags != after->actions[i].sa_flags) {
      find("the action of signal %d changed", i);
    }
  }
  if (memcmp(before->limits, after->limits, sizeof before->limits) != 0) {
    find("a resource limit changed");
  }
}

/* Every descriptor that the plugin has open must vanish when the host starts another program. */
static void check_descriptors(int first, int* open_before) {
  int fd;
  for (fd = first; fd < 1024; ++fd) {
    const int flags = fcntl(fd, F_GETFD);
    if (flags >= 0 && !open_before[fd] && (flags & FD_CLOEXEC) == 0) {
      find("descriptor %d would be inherited by a program that the host starts", fd);
    }
  }
}

static void manners(const char* library, const char* folder) {
  static belongings before;
  static belongings after;
  static int open_before[1024];
  const remora_options options = session_options();
  char captured[4096];
  remora_api api;
  session_failure failure;
  uint64_t state = 0;
  struct stat seen;
  int fd;
  int threads;
  snprintf(captured, sizeof captured, "%s.output", folder);
  report_to = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 100);
  fd = open(captured, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0 || dup2(fd, STDERR_FILENO) < 0) {
    find("cannot redirect the output to %s", captured);
    return;
  }
  for (fd = 0; fd < 1024; ++fd) {
    open_before[fd] = fcntl(fd, F_GETFD) >= 0;
  }
  threads = entries_of("/proc/self/task");
  take_stock(&before);
  if (!load(&api, library)) {
    return;
  }
  if (!session_run(&api, folder, REMORA_OPEN_KEEPER, &failure)) {
    find("%s answered %d: %s", failure.call, failure.code, failure.error.text);
  }
  if (entries_of("/proc/self/task") != threads) {
    find("a thread is left over after remora_close");
  }
  if (api.open(folder, strlen(folder), &options, &state, NULL) != REMORA_OK) {
    find("the state does not open again");
  }
  check_descriptors(0, open_before);
  if (entries_of("/proc/self/task") != threads) {
    find("a thread was started that nobody asked for");
  }
  take_stock(&after);
  compare_belongings(&before, &after);
  api.close(state, NULL);
  remora_unload(&api);
  if (stat(captured, &seen) != 0 || seen.st_size != 0) {
    find("%ld bytes were written to standard output or error, see %s", (long)seen.st_size, captured);
  }
}

static void closed(const char* library, const char* folder) {
  const remora_options options = session_options();
  remora_api api;
  uint64_t state = 0;
  int fd;
  report_to = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 100);
  if (!load(&api, library)) {
    return;
  }
  for (fd = 0; fd < 3; ++fd) {
    close(fd);
  }
  if (api.open(folder, strlen(folder), &options, &state, NULL) != REMORA_OK) {
    find("the state does not open without standard descriptors");
  }
  for (fd = 0; fd < 3; ++fd) {
    if (fcntl(fd, F_GETFD) >= 0) {
      find("descriptor %d, on which the host may print, is a file of the plugin", fd);
    }
  }
  api.close(state, NULL);
  remora_unload(&api);
}

int main(int argc, char** argv) {
  if (argc == 4 && strcmp(argv[1], "reload") == 0) {
    reload(argv[2], argv[3]);
  } else if (argc == 4 && strcmp(argv[1], "manners") == 0) {
    manners(argv[2], argv[3]);
  } else if (argc == 4 && strcmp(argv[1], "closed") == 0) {
    closed(argv[2], argv[3]);
  } else {
    find("usage: guest_host reload|manners|closed LIBRARY FOLDER");
  }
  return findings == 0 ? 0 : 1;
}
