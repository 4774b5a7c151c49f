package remora_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestMain takes away what would steer the library from outside.
func TestMain(m *testing.M) {
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		if strings.HasPrefix(name, "REMORA_") && name != "REMORA_LIBRARY" && name != "REMORA_ROOT" && name != "REMORA_TEST_WAY" {
			os.Unsetenv(name)
		}
	}
	if os.Getenv("REMORA_LIBRARY") == "" {
		fmt.Fprintln(os.Stderr, "set REMORA_LIBRARY to the library to test with")
		os.Exit(1)
	}
	os.Exit(m.Run())
}
