package remora_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"remora"
)

var background = context.Background()

// What the tests open by default: small, so that a state is made quickly; but the ledger holds every decision of a test, so that none
// can be too old to record when a goroutine has to wait.
func small() *remora.Options {
	return &remora.Options{States: 256, LedgerSlots: 65536, Names: 256}
}

// opened is a state in a folder that goes away, with an agent of two variants, careful (0) and quick (1).
func opened(t testing.TB) (*remora.State, remora.ID) {
	t.Helper()
	state, err := remora.Open(background, filepath.Join(t.TempDir(), "state"), small())
	check(t, err)
	t.Cleanup(func() { state.Close() })
	agent, err := state.AgentDefine("backend-architect", "careful", "quick")
	check(t, err)
	return state, agent
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// must gives the value of a call that has to succeed.
func must[Value any](t testing.TB) func(Value, error) Value {
	return func(value Value, err error) Value {
		t.Helper()
		check(t, err)
		return value
	}
}

func fails(t testing.TB, err error, status remora.Status) {
	t.Helper()
	if !errors.Is(err, status) {
		t.Fatalf("the error is %v, expected one with %v", err, status)
	}
	var explained *remora.Error
	if !errors.As(err, &explained) || explained.Message == "" {
		t.Fatalf("%#v explains nothing", err)
	}
}

// root is the folder of the whole project.
func root(t testing.TB) string {
	t.Helper()
	folder, err := filepath.Abs("../..")
	check(t, err)
	if given := os.Getenv("REMORA_ROOT"); given != "" {
		folder = given
	}
	return folder
}

func read(t testing.TB, path ...string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(path...))
	check(t, err)
	return content
}
