/*
 * Has the dynamic linker place a library's thread-local data 16 bytes into a page, where older leak checks
 * took what lies in front of it for a length and an address, and crashed at the program's end.
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { kPage = 4096, kHeader = 16, kBlock = 48, kData = 32, kMost = 4096 };

static void* blocks[kMost];

/* Allocates blocks of the data's size class, which lie side by side, up to the one before that place. */
static int come_to_the_place(void) {
  for (int i = 0; i < kMost; ++i) {
    blocks[i] = malloc(kData);
    if ((uintptr_t)blocks[i] % kPage == kPage - kBlock + kHeader) return 1;
  }
  return 0;
}

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  void* library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
  const void* (*first_use)(void) = NULL;
  if (library != NULL) *(void**)&first_use = dlsym(library, "first_use");
  if (first_use == NULL) {
    fprintf(stderr, "%s\n", dlerror());
    return 2;
  }
  if (!come_to_the_place()) return 3;
  const uintptr_t place = (uintptr_t)first_use() % kPage;
  if (place != kHeader) {
    fprintf(stderr, "the data came to lie %lu bytes into its page: nothing is shown\n", (unsigned long)place);
    return 4;
  }
  return 0;
}
