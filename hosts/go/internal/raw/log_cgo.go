//go:build cgo && !remora_purego && !windows

package raw

/*
#include <stdint.h>

extern void remoraGoLog(uintptr_t user, int32_t level, char* text, uint64_t size);

static inline uintptr_t remora_go_log_function(void) { return (uintptr_t)&remoraGoLog; }
*/
import "C"

import "unsafe"

func newLogFunction() uintptr { return uintptr(C.remora_go_log_function()) }

//export remoraGoLog
func remoraGoLog(user C.uintptr_t, level C.int32_t, text *C.char, size C.uint64_t) {
	heard(uintptr(user), int32(level), (*byte)(unsafe.Pointer(text)), uint64(size))
}
