/* A library with thread-local data of its own, which the dynamic linker allocates at the first use. */

static _Thread_local long values[4];

__attribute__((visibility("default"))) const void* first_use(void);

const void* first_use(void) {
  values[0] = 1;
  return values;
}
