package remora_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"remora"
)

func TestWhatIsGivenButCannotBeLoadedIsAnErrorAndNothingElseIsTried(t *testing.T) {
	for given, expected := range map[string]struct {
		status remora.Status
		says   string
	}{
		"/nowhere/libremora.so": {remora.ErrNotFound, "Tried /nowhere/libremora.so (given by the host): "},
		"libc.so.6":             {remora.ErrFormat, "libc.so.6 is not a Remora library: it has no function remora_abi_version. Check the path."},
	} {
		_, err := remora.Load(given)
		fails(t, err, expected.status)
		if !strings.Contains(err.Error(), expected.says) {
			t.Error(err)
		}
	}
	t.Setenv("REMORA_LIBRARY", "/nowhere/else.so")
	_, err := remora.Open(background, t.TempDir(), nil)
	fails(t, err, remora.ErrNotFound)
	if !strings.Contains(err.Error(), "from REMORA_LIBRARY") || !strings.HasSuffix(err.Error(), "Correct or unset REMORA_LIBRARY.") {
		t.Error(err)
	}
}

func TestALibraryBesideTheExecutableComesBeforeTheSystem(t *testing.T) {
	t.Setenv("REMORA_LIBRARY", "")
	folder := t.TempDir()
	places, _ := remora.Candidates("", folder)
	before := len(places)
	check(t, os.Mkdir(filepath.Join(folder, "lib"), 0o700))
	check(t, os.WriteFile(filepath.Join(folder, "lib", places[0].Name()), nil, 0o600))
	places, _ = remora.Candidates("", folder)
	if len(places) != before+1 || places[0].Origin() != "beside the executable" {
		t.Error(places)
	}
	_, err := remora.LoadFrom(places[:1], "Do something")
	fails(t, err, remora.ErrNotFound) // an empty file is no library
}

func TestTheLibrarySaysWhatItIs(t *testing.T) {
	library := must[*remora.Library](t)(remora.Load(""))
	version := must[string](t)(library.Version())
	if library.ABIVersion()>>16 != remora.ABIMajor || !strings.Contains(version, ".") || library.Path() != os.Getenv("REMORA_LIBRARY") {
		t.Error(library.ABIVersion(), version, library.Path())
	}
	if expected := os.Getenv("REMORA_TEST_WAY"); expected != "" && library.Way() != expected {
		t.Errorf("the library is called through %s, expected %s", library.Way(), expected)
	}
	_, err := library.StructSize("remora_nothing")
	fails(t, err, remora.ErrNotFound)
	_, err = library.StatusText(-99)
	fails(t, err, remora.ErrNotFound)
}

func TestErrorsCarryTheErrorOfTheSystem(t *testing.T) {
	_, err := remora.Open(background, filepath.Join(t.TempDir(), strings.Repeat("n", 300)), nil)
	if !errors.Is(err, syscall.ENAMETOOLONG) || errors.Is(err, syscall.EACCES) {
		t.Errorf("%#v", err)
	}
	var status remora.Status
	if !errors.As(err, &status) || !errors.Is(err, status) {
		t.Errorf("%#v has no status", err)
	}
}
