package remora

import (
	"context"
	"os"
	"path/filepath"
	"sync"

	"remora/internal/raw"
)

// Library is the loaded plugin. It stays loaded for the life of the process.
type Library struct {
	raw  *raw.Library
	path string
}

// Load loads the plugin from path, or, when path is empty, from the first place of these: the file that REMORA_LIBRARY names, beside
// the executable (in lib/ or next to it), the system's search. What is given but cannot be loaded is an error: nothing else is tried,
// so that no other copy runs unnoticed.
//
// Errors: ErrNotFound (says what was tried, and what to do), ErrFormat (no Remora library, or a broken one), ErrVersion.
func Load(path string) (*Library, error) {
	return loadFrom(candidates(path, executableFolder()))
}

var loaded struct {
	sync.Mutex
	libraries map[string]*Library // by the value of REMORA_LIBRARY
}

// defaultLibrary is what Load("") gives, loaded once.
func defaultLibrary() (*Library, error) {
	loaded.Lock()
	defer loaded.Unlock()
	variable := os.Getenv(libraryVariable)
	if library := loaded.libraries[variable]; library != nil {
		return library, nil
	}
	library, err := Load("")
	if err != nil {
		return nil, err
	}
	if loaded.libraries == nil {
		loaded.libraries = make(map[string]*Library)
	}
	loaded.libraries[variable] = library
	return library, nil
}

// Path is what the library was loaded by: a path, or a name in the system's search.
func (l *Library) Path() string { return l.path }

// Way says how this build of the package calls the library: "cgo" or "purego".
func (l *Library) Way() string { return raw.Way }

// ABIVersion is the library's: major << 16 | minor.
func (l *Library) ABIVersion() int { return int(l.raw.AbiVersion()) }

// Version is the library's version, such as "0.1.0".
func (l *Library) Version() (string, error) {
	return l.text(64, func(buffer *byte, capacity uint64, needed *uint64, _ *raw.Error) int32 {
		return l.raw.VersionText(buffer, capacity, needed)
	})
}

// StatusText is the name and clause of a status code. Errors: ErrNotFound for a number that is no code.
func (l *Library) StatusText(code Status) (string, error) {
	buffer := make([]byte, 256)
	if answer := l.raw.StatusText(int32(code), &buffer[0], uint64(len(buffer)), nil); answer != int32(OK) {
		return "", &Error{Status: Status(answer), Message: Status(answer).Error()}
	}
	return cText(buffer), nil
}

// StructSize is the size of a struct, by its C name, as the library knows it. Errors: ErrNotFound.
func (l *Library) StructSize(name string) (int, error) {
	text, err := terminated(name)
	if err != nil {
		return 0, err
	}
	size := new(uint32)
	err = l.explain(l.raw.StructSize(&text[0], size), nil)
	return int(*size), err
}

// Open opens the state directory with this library; see the function Open.
func (l *Library) Open(ctx context.Context, directory string, options *Options) (*State, error) {
	if options == nil {
		options = &Options{}
	}
	given := options.raw()
	return await(ctx, func() (*State, error) {
		path := bytesOf(directory)
		handle := new(uint64)
		failure := newFailure()
		code := l.raw.Open(&path[0], uint64(len(directory)), &given, handle, failure)
		if code != int32(OK) {
			return nil, l.failed(code, failure)
		}
		absolute, err := filepath.Abs(directory)
		if err != nil {
			absolute = directory
		}
		return &State{library: l, raw: l.raw, handle: *handle, directory: absolute, warn: options.Warn}, nil
	}, func(late *State) { late.Close() })
}

// text calls fill until its text fits: it may grow between two calls.
func (l *Library) text(firstGuess int, fill func(buffer *byte, capacity uint64, needed *uint64, failure *raw.Error) int32) (string, error) {
	const attempts = 8
	needed := new(uint64)
	failure := newFailure()
	for attempt, size := 1, firstGuess; ; attempt++ {
		buffer := make([]byte, size)
		code := fill(&buffer[0], uint64(size), needed, failure)
		if code == int32(OK) {
			return cText(buffer), nil
		}
		if code != int32(ErrBuffer) || attempt == attempts {
			return "", l.failed(code, failure)
		}
		size = int(*needed) + int(*needed)/8
	}
}

func newFailure() *raw.Error { return &raw.Error{StructSize: raw.ErrorSize} }
