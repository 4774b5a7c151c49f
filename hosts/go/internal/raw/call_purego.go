//go:build (!cgo || remora_purego) && !windows

package raw

import (
	"runtime"
	"sync"

	"github.com/ebitengine/purego"
)

// Way names how this build calls the library.
const Way = "purego"

func openImage(name string) (uintptr, error) {
	runtime.LockOSThread() // the explanation belongs to the thread
	defer runtime.UnlockOSThread()
	return purego.Dlopen(name, purego.RTLD_NOW|purego.RTLD_LOCAL)
}

func symbol(image uintptr, name string) uintptr {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	address, err := purego.Dlsym(image, name)
	if err != nil {
		return 0
	}
	return address
}

func newLogFunction() uintptr {
	return purego.NewCallback(func(user uintptr, level int32, text *byte, size uint64) uintptr {
		heard(user, level, text, size)
		return 0
	})
}

// lists are lists of parameters, which purego has end up on the heap.
var lists = sync.Pool{New: func() any { return new([6]uintptr) }}

// call calls a function of the library on the system stack. Memory goes as uintptr, converted in the call itself: the compiler then
// keeps it on the heap, where it stays in its place, and alive.
//
//go:uintptrescapes
func call(function, a, b, c, d, e, f uintptr) int32 {
	list := lists.Get().(*[6]uintptr)
	*list = [6]uintptr{a, b, c, d, e, f}
	code, _, _ := purego.SyscallN(function, list[:]...)
	lists.Put(list)
	return int32(code)
}
