package remora

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"remora/internal/raw"
)

const libraryVariable = "REMORA_LIBRARY"

// fileNames are the names of the library on this system, best first.
func fileNames() []string {
	switch runtime.GOOS {
	case "windows":
		return []string{"remora.dll"}
	case "darwin":
		return []string{"libremora.1.dylib", "libremora.dylib"}
	}
	return []string{"libremora.so.1", "libremora.so"}
}

// A place to load the library from, and where it comes from.
type place struct {
	name, origin string
}

func executableFolder() string {
	file, err := os.Executable()
	if err != nil {
		return ""
	}
	if real, err := filepath.EvalSymlinks(file); err == nil {
		file = real
	}
	return filepath.Dir(file)
}

// hasMoreRightsThanItsCaller says whether the environment comes from somebody who may do less than this process.
func hasMoreRightsThanItsCaller() bool {
	return os.Getuid() != os.Geteuid() || os.Getgid() != os.Getegid()
}

// candidates are the places to try, with the advice when none of them loads.
func candidates(given, folder string) ([]place, string) {
	if given != "" {
		return []place{{given, "given by the host"}}, "Correct the path that the host passes"
	}
	if variable := os.Getenv(libraryVariable); variable != "" && !hasMoreRightsThanItsCaller() {
		return []place{{variable, "from " + libraryVariable}}, "Correct or unset " + libraryVariable
	}
	var places []place
	for _, beside := range []string{"lib", "."} {
		for _, name := range fileNames() {
			file := filepath.Join(folder, beside, name)
			if _, err := os.Stat(file); folder != "" && err == nil {
				places = append(places, place{file, "beside the executable"})
			}
		}
	}
	for _, name := range fileNames() {
		places = append(places, place{name, "in the system's search"})
	}
	return places, "Pass the library's path, set " + libraryVariable + " to it, or install it where the system searches"
}

func loadFrom(places []place, advice string) (*Library, error) {
	var tried []string
	for _, each := range places {
		image, err := raw.OpenImage(each.name)
		if err == nil {
			return bind(image, each.name)
		}
		tried = append(tried, fmt.Sprintf("%s (%s): %v", each.name, each.origin, err))
	}
	return nil, refused(ErrNotFound, "Remora could not be loaded. Tried %s. %s.", strings.Join(tried, "; "), advice)
}

// bind checks that an image is a library that this package can use.
func bind(image raw.Image, name string) (*Library, error) {
	version, known := image.ABIVersion()
	if !known {
		return nil, refused(ErrFormat, "%s is not a Remora library: it has no function remora_abi_version. Check the path.", name)
	}
	if version>>16 != ABIMajor || version&0xFFFF < ABIMinor {
		return nil, refused(ErrVersion, "%s has ABI version %d.%d, but this package needs %d.%d or a later %d.x. Install a Remora with "+
			"that ABI, or the package that belongs to this one.", name, version>>16, version&0xFFFF, ABIMajor, ABIMinor, ABIMajor)
	}
	functions, missing := image.Bind()
	if functions == nil {
		return nil, refused(ErrFormat, "%s lacks the function %s, which every library of its ABI version has. Install it anew.",
			name, missing)
	}
	library := &Library{raw: functions, path: name}
	if err := checkSizes(library); err != nil {
		return nil, err
	}
	return library, nil
}

// checkSizes refuses a library that knows a struct to be shorter than this package does: the two do not belong together.
func checkSizes(library *Library) error {
	for name, kind := range raw.Structs() {
		size, err := library.StructSize(name)
		if err == nil && size < int(kind.Size()) { // one that stands inside another has no size of its own
			return refused(ErrFormat, "%s has a %s of %d bytes, this package one of %d. Install library and package of one version.",
				library.path, name, size, kind.Size())
		}
	}
	return nil
}

// refused is an error that this package itself finds.
func refused(status Status, format string, values ...any) *Error {
	return &Error{Status: status, Message: fmt.Sprintf(format, values...)}
}
