/* A host with a heap of its own that takes over malloc for the whole process, and that refuses blocks it did
 * not give out: whoever frees another heap's memory, or has another heap free its own, ends the program.
 *
 *   own_heap_host MODE LIBRARY FOLDER   MODE: local, global or deepbind, the scope the plugin is loaded into
 *
 * Also holds that loading the plugin changes no function that the host found before. Exits with 0 or 1. */
#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "abi/session.h"

/* glibc's own heap, by the names that stay when malloc is replaced. */
extern void* __libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void* block);

/* Stands right before every block. */
typedef struct block_head {
  uint64_t mark;
  void* start; /* what glibc gave */
  size_t size;
  uint64_t padding;
} block_head;

static const uint64_t kMark = 0x52656D6F72610A42u;

static block_head* head_of(void* block) {
  block_head* head = (block_head*)block - 1;
  if (head->mark != kMark) {
    static const char said[] = "a block of another heap was freed\n";
    (void)!write(STDERR_FILENO, said, sizeof said - 1);
    _exit(1);
  }
  return head;
}

void* memalign(size_t alignment, size_t size) {
  const size_t room = alignment > sizeof(block_head) ? alignment : sizeof(block_head);
  char* start = size > PTRDIFF_MAX - 2 * room ? NULL : __libc_memalign(room, size + room);
  block_head* head;
  if (start == NULL) {
    errno = ENOMEM;
    return NULL;
  }
  head = (block_head*)(void*)(start + room) - 1;
  head->mark = kMark;
  head->start = start;
  head->size = size;
  return start + room;
}

void free(void* block) {
  if (block != NULL) {
    block_head* head = head_of(block);
    head->mark = 0;
    __libc_free(head->start);
  }
}

void* malloc(size_t size) { return memalign(sizeof(block_head), size); }

void* calloc(size_t count, size_t size) {
  void* block = size != 0 && count > SIZE_MAX / size ? NULL : malloc(count * size);
  return block == NULL ? NULL : memset(block, 0, count * size);
}

void* realloc(void* old, size_t size) {
  void* block = malloc(size);
  if (block != NULL && old != NULL) {
    const size_t had = head_of(old)->size;
    memcpy(block, old, had < size ? had : size);
    free(old);
  }
  return block;
}

void* aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void** block, size_t alignment, size_t size) {
  *block = memalign(alignment, size);
  return *block == NULL ? ENOMEM : 0;
}

size_t malloc_usable_size(void* block) { return block == NULL ? 0 : head_of(block)->size; }

/* Functions that a plugin could get in the way of: heap, C++ heap, and names of the libraries that are inside
 * it. */
static const char* const kWatched[] = {
    "malloc", "free", "_Znwm", "_ZdlPv", "mi_malloc", "mi_free", "XXH3_64bits", "getenv", "strerror_r",
};
enum { kWatchedCount = sizeof kWatched / sizeof kWatched[0] };

static void look_up(void** found) {
  int i;
  for (i = 0; i < kWatchedCount; ++i) {
    found[i] = dlsym(RTLD_DEFAULT, kWatched[i]);
  }
}

int main(int argc, char** argv) {
  void* before[kWatchedCount];
  void* after[kWatchedCount];
  char why[1024];
  remora_api api;
  session_failure failure;
  int i;
  int status = 0;
  if (argc != 4) {
    fprintf(stderr, "usage: own_heap_host local|global|deepbind LIBRARY FOLDER\n");
    return 1;
  }
  look_up(before);
  /* The first dlopen settles the scope; the loader then finds the library already there. */
  if (dlopen(argv[2], session_scope(argv[1])) == NULL ||
      remora_load(&api, argv[2], why, sizeof why) != REMORA_OK) {
    fprintf(stderr, "cannot load %s: %s\n", argv[2], dlerror());
    return 1;
  }
  if (!session_run(&api, argv[3], 0, &failure)) {
    fprintf(stderr, "%s answered %d: %s\n", failure.call, failure.code, failure.error.text);
    status = 1;
  }
  look_up(after);
  for (i = 0; i < kWatchedCount; ++i) {
    /* The C++ runtime may come with the plugin where the host has none: not found before, found after. */
    if (before[i] != after[i] && (before[i] != NULL || strncmp(kWatched[i], "_Z", 2) != 0)) {
      fprintf(stderr, "%s was %p, is %p\n", kWatched[i], before[i], after[i]);
      status = 1;
    }
  }
  remora_unload(&api);
  return status;
}
