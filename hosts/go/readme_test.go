package remora_test

// What the README shows is run as it is written there, in a module of its own; so is the example.

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// command runs go in a folder, without looking anything up, and gives what it prints.
func command(t *testing.T, folder string, arguments ...string) string {
	t.Helper()
	if testing.Short() {
		t.Skip("builds other programs")
	}
	run := exec.Command("go", arguments...)
	run.Dir = folder
	run.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOSUMDB=off", "GOWORK=off")
	var problems strings.Builder
	run.Stderr = &problems
	said, err := run.Output()
	if err != nil {
		t.Fatalf("go %s: %v\n%s%s", strings.Join(arguments, " "), err, said, problems.String())
	}
	return string(said)
}

func TestTheSnippetOfTheReadmeRunsAsWritten(t *testing.T) {
	text := string(read(t, "README.md"))
	snippet := regexp.MustCompile("(?s)<!-- test: run as written -->\n```go\n(.*?)```").FindStringSubmatch(text)
	install := regexp.MustCompile(`(?m)^    go (mod edit .*)$`).FindStringSubmatch(text)
	folder := t.TempDir()
	check(t, os.WriteFile(filepath.Join(folder, "main.go"), []byte(snippet[1]), 0o600))
	here, err := filepath.Abs(".")
	check(t, err)
	command(t, folder, "mod", "init", "stranger")
	command(t, folder, strings.Fields(strings.Replace(install[1], "/path/to/remora/hosts/go", here, 1))...)
	command(t, folder, "mod", "tidy")
	said := command(t, folder, "run", ".")
	if !regexp.MustCompile(`^(careful|quick) design for orders <nil>\nrun variant [01] <nil>\n2 outcomes so far <nil>\n$`).MatchString(said) {
		t.Error(said)
	}
}

func TestTheExampleLearnsWhatItIsToLearn(t *testing.T) {
	folder := filepath.Join(root(t), "examples/go/quickstart")
	said := command(t, folder, "run", "-mod=readonly", ".", filepath.Join(t.TempDir(), "state"))
	found := regexp.MustCompile(`^careful was chosen for (\d+) of 1000 tasks\n` +
		`quick may not run: blocked by an operator\nrestored snapshot \d+ with 1000 outcomes\n\d+ lines of metrics\n$`).FindStringSubmatch(said)
	if found == nil {
		t.Fatal(said)
	}
	if times, _ := strconv.Atoi(found[1]); times <= 700 {
		t.Error(said)
	}
}
