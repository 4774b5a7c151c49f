/* A host that has of its own what the plugin has inside (FlatBuffers, RE2, mimalloc, BLAKE2b), of other
 * versions: here functions of the same names, in everybody's sight, each of which ends the program. The
 * plugin must call its own.
 *
 *   same_names_host local|global|deepbind LIBRARY FOLDER   the scope that the plugin is loaded into
 *
 * Exits with 0, or with 1 after a line on standard error. */
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "abi/session.h"

#define ANOTHERS(number, name)                                                       \
  __attribute__((visibility("default"))) void anothers_##number(void) __asm__(name); \
  void anothers_##number(void) {                                                     \
    static const char kText[] = "the plugin called the host's " name "\n";           \
    ssize_t written = write(STDERR_FILENO, kText, sizeof kText - 1);                 \
    _exit(written > 0 ? 1 : 2);                                                      \
  }

ANOTHERS(1, "_ZN11flatbuffers6Parser5ParseEPKcPS2_S2_")
ANOTHERS(2, "_ZN3re23RE23Set3AddERKNS_11StringPieceEPNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE")
ANOTHERS(3, "_ZN3re23RE23Set7CompileEv")
ANOTHERS(4, "_ZNK3re23RE23Set5MatchERKNS_11StringPieceEPSt6vectorIiSaIiEE")
ANOTHERS(5, "mi_malloc_aligned")
ANOTHERS(6, "mi_free")
ANOTHERS(7, "mi_collect")
ANOTHERS(8, "mi_option_set")
ANOTHERS(9, "crypto_generichash_blake2b")
ANOTHERS(10, "crypto_generichash_blake2b_init")

static int complain(const char* what, const char* why) {
  fprintf(stderr, "%s: %s\n", what, why);
  return 1;
}

/* A state whose configuration must be parsed. */
static int prepare(const char* folder) {
  char path[4096];
  FILE* file;
  if (mkdir(folder, 0700) != 0 || snprintf(path, sizeof path, "%s/remora.json", folder) >= (int)sizeof path) {
    return 0;
  }
  file = fopen(path, "w");
  return file != NULL && fputs("{\"learning\": {\"epsilon\": 0.2}}\n", file) >= 0 && fclose(file) == 0;
}

int main(int argc, char** argv) {
  char why[1024] = "";
  remora_api api;
  session_failure failure;
  memset(&failure, 0, sizeof failure);
  if (argc != 4) {
    return complain("usage", "same_names_host local|global|deepbind LIBRARY FOLDER");
  }
  if (dlsym(RTLD_DEFAULT, "mi_free") == NULL) {
    return complain("mi_free", "this program's own is not in sight, so nothing would be shown");
  }
  if (!prepare(argv[3])) {
    return complain(argv[3], "cannot be made");
  }
  if (dlopen(argv[2], session_scope(argv[1])) == NULL ||
      remora_load(&api, argv[2], why, sizeof why) != REMORA_OK) {
    return complain("cannot load", why);
  }
  if (session_run(&api, argv[3], 0, &failure) == 0) {
    return complain(failure.call, failure.error.text);
  }
  remora_unload(&api);
  return 0;
}
