/* Libraries that a loader must tell apart: every function of the list, each answering REMORA_E_INTERNAL.
 * FAKE_VERSION       what remora_abi_version answers; not defined: there is no such function
 * FAKE_WITHOUT_CLOSE leaves out remora_close */
#define REMORA_BUILDING_LIBRARY
#include <remora/remora.h>

#define remora_abi_version remora_listed_abi_version
#ifdef FAKE_WITHOUT_CLOSE
#define remora_close remora_not_close
#endif
#define FAKE(symbol, parameters)        \
  REMORA_API int32_t symbol parameters; \
  REMORA_API int32_t symbol parameters { return REMORA_E_INTERNAL; }
#define F(name, since, tag, parameters) FAKE(remora_##name, parameters)
#include <remora/functions.def>
#undef F
#undef remora_abi_version

#ifdef FAKE_VERSION
int32_t remora_abi_version(void) { return FAKE_VERSION; }
#endif
