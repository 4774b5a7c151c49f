package raw

import (
	"sync"
	"unsafe"
)

// LogListener hears a line of the library's log.
type LogListener func(level int32, text string)

// Listeners stand under numbers, for no Go value may stay with the library.
var listeners = struct {
	sync.RWMutex
	last   uintptr
	byUser map[uintptr]LogListener
}{byUser: map[uintptr]LogListener{}}

var logFunction struct {
	once    sync.Once
	address uintptr
}

// LogFunction is the address of a C function that hands log lines to listeners.
func LogFunction() uintptr {
	logFunction.once.Do(func() { logFunction.address = newLogFunction() })
	return logFunction.address
}

// Listen keeps a listener. The number is the `user` of LogCallback, with LogFunction as its function.
func Listen(listener LogListener) (user uintptr) {
	listeners.Lock()
	defer listeners.Unlock()
	listeners.last++
	listeners.byUser[listeners.last] = listener
	return listeners.last
}

// Unlisten lets a listener go; it hears nothing more.
func Unlisten(user uintptr) {
	listeners.Lock()
	defer listeners.Unlock()
	delete(listeners.byUser, user)
}

// heard is what the library calls, by way of LogFunction.
func heard(user uintptr, level int32, text *byte, size uint64) {
	listeners.RLock()
	listener := listeners.byUser[user]
	listeners.RUnlock()
	if listener != nil {
		listener(level, string(unsafe.Slice(text, size)))
	}
}
