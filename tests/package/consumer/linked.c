/* A C host that links the plugin: the library it runs with has the ABI it was built for. */
#include <remora/remora.h>

#include <stdio.h>

int main(void) {
  const int32_t version = remora_abi_version();
  printf("linked: ABI %d.%d\n", (int)(version >> 16), (int)(version & 0xffff));
  return version == REMORA_ABI_VERSION ? 0 : 1;
}
