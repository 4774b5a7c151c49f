//go:build cgo && !remora_purego && !windows

package raw

/*
#cgo linux LDFLAGS: -ldl
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef int32_t (*remora_go_function)(uintptr_t, uintptr_t, uintptr_t, uintptr_t, uintptr_t, uintptr_t);

// All functions of the ABI take up to six integers or pointers, which travel in registers: what is given beyond a function's own
// parameters is not looked at.
static int32_t remora_go_call(uintptr_t function, uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d, uintptr_t e,
                              uintptr_t f) {
  return ((remora_go_function)function)(a, b, c, d, e, f);
}

// Opens and explains in one call: dlerror belongs to the thread.
static uintptr_t remora_go_open(const char* name, char* why, size_t capacity) {
  void* image = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (image == NULL) {
    const char* said = dlerror();
    snprintf(why, capacity, "%s", said != NULL ? said : "unknown error");
  }
  return (uintptr_t)image;
}

static uintptr_t remora_go_symbol(uintptr_t image, const char* name) { return (uintptr_t)dlsym((void*)image, name); }
*/
import "C"

import (
	"errors"
	"unsafe"
)

// Way names how this build calls the library.
const Way = "cgo"

func openImage(name string) (uintptr, error) {
	text := C.CString(name)
	defer C.free(unsafe.Pointer(text))
	var why [1024]C.char
	image := C.remora_go_open(text, &why[0], C.size_t(len(why)))
	if image == 0 {
		return 0, errors.New(C.GoString(&why[0]))
	}
	return uintptr(image), nil
}

func symbol(image uintptr, name string) uintptr {
	text := C.CString(name)
	defer C.free(unsafe.Pointer(text))
	return uintptr(C.remora_go_symbol(C.uintptr_t(image), text))
}

// call calls a function of the library on the system stack. Memory goes as uintptr, converted in the call itself: the compiler then
// keeps it on the heap, where it stays in its place, and alive.
//
//go:uintptrescapes
func call(function, a, b, c, d, e, f uintptr) int32 {
	return int32(C.remora_go_call(C.uintptr_t(function), C.uintptr_t(a), C.uintptr_t(b), C.uintptr_t(c), C.uintptr_t(d),
		C.uintptr_t(e), C.uintptr_t(f)))
}
