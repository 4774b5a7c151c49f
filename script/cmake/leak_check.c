/* The address sanitizer asks each program for its defaults. */
const char* __asan_default_options(void);

/*
 * Until LLVM 17 the runtime takes a loaded library's thread-local block that lies 16 bytes into a page for
 * one of glibc before 2.25, reads a length and an address in front of it, and crashes in the leak check at
 * the program's end: in one of 256 orders of allocation. Without the interceptor it does not look; such
 * blocks then count as reachable, since the dynamic linker allocated them. https://reviews.llvm.org/D147459
 */
const char* __asan_default_options(void) { return "intercept_tls_get_addr=0"; }
