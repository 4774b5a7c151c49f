package raw

import "syscall"

// Way names how this build calls the library.
const Way = "windows"

func openImage(name string) (uintptr, error) {
	image, err := syscall.LoadLibrary(name)
	return uintptr(image), err
}

func symbol(image uintptr, name string) uintptr {
	address, err := syscall.GetProcAddress(syscall.Handle(image), name)
	if err != nil {
		return 0
	}
	return address
}

func newLogFunction() uintptr {
	return syscall.NewCallback(func(user, level uintptr, text *byte, size uintptr) uintptr {
		heard(user, int32(level), text, uint64(size))
		return 0
	})
}

// call calls a function of the library on the system stack. Memory goes as uintptr, converted in the call itself: the compiler then
// keeps it on the heap, where it stays in its place, and alive.
//
//go:uintptrescapes
func call(function, a, b, c, d, e, f uintptr) int32 {
	code, _, _ := syscall.SyscallN(function, a, b, c, d, e, f)
	return int32(code)
}
