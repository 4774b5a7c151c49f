package remora_test

// Replays tests/conformance: see the README there.

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"remora"
)

// session is what the steps of one transcript share.
type session struct {
	t       *testing.T
	library *remora.Library
	folder  string
	states  map[string]*remora.State
	words   words
	log     []string
	lock    *exec.Cmd
	release func()
}

func TestTranscriptsGiveTheRecordedAnswers(t *testing.T) {
	folder := filepath.Join(root(t), "tests/conformance")
	files, err := filepath.Glob(filepath.Join(folder, "transcripts/*/*.json"))
	check(t, err)
	if len(files) < 60 {
		t.Fatalf("only %d transcripts in %s", len(files), folder)
	}
	library := must[*remora.Library](t)(remora.Load(""))
	leftOut := leftOut(t)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Join(filepath.Base(filepath.Dir(file)), filepath.Base(file)), ".json")
		content := read(t, file)
		t.Run(name, func(t *testing.T) {
			for function, reason := range leftOut {
				if strings.Contains(string(content), fmt.Sprintf("%q: %q", "call", function)) {
					t.Skipf("%s is left out: %s", function, reason)
				}
			}
			s := &session{t: t, library: library, folder: t.TempDir(), states: map[string]*remora.State{}, words: newWords(t)}
			defer s.end()
			s.play(folder, content)
		})
	}
}

// leftOut are the functions that abi/bindings.txt says this binding has not, with the reason.
func leftOut(t testing.TB) map[string]string {
	functions := map[string]string{}
	for _, line := range strings.Split(string(read(t, root(t), "abi/bindings.txt")), "\n") {
		if words := strings.SplitN(line, " ", 3); len(words) == 3 && words[0] == "go" {
			functions[words[1]] = words[2]
		}
	}
	return functions
}

func (s *session) end() {
	if s.lock != nil {
		s.release()
		_ = s.lock.Wait()
	}
	for _, state := range s.states {
		state.Close()
	}
}

type transcript struct {
	Shows  string
	Before []string
	Steps  []map[string]any
}

func (s *session) play(folder string, content []byte) {
	var script transcript
	check(s.t, decode(content, &script))
	for _, prelude := range script.Before {
		s.play(folder, read(s.t, folder, "preludes", prelude+".json"))
	}
	for place, step := range script.Steps {
		times := int64(1)
		if repeat, given := step["repeat"]; given {
			times = repeat.(int64)
		}
		for i := int64(0); i < times; i++ {
			s.words.kept["i"] = i
			if err := s.step(folder, step); err != nil {
				text, _ := json.Marshal(step)
				s.t.Fatalf("step %d: %s\n%v", place+1, text, err)
			}
		}
	}
}

const stepKeys = " call do on code with expect capacity repeat keep path text from to at xor mode is "

func (s *session) step(folder string, step map[string]any) error {
	resolved := map[string]any{}
	for key, value := range step {
		if !strings.Contains(stepKeys, " "+key+" ") {
			return fmt.Errorf("a key of a step that is not known: %s", key)
		}
		if key != "keep" {
			word, err := s.words.resolve(value)
			if err != nil {
				return err
			}
			resolved[key] = word
		}
	}
	ask := s.called
	if _, given := step["do"]; given {
		ask = func(step map[string]any) (any, error) { return s.act(folder, step) }
	}
	answer, err := ask(resolved)
	if err != nil {
		return err
	}
	if expected, given := resolved["expect"]; given {
		if found := difference(expected, answer, ""); found != "" {
			return fmt.Errorf("%s", found)
		}
	}
	keep, _ := step["keep"].(map[string]any)
	for name, path := range keep {
		value, err := atPath(answer, path.(string))
		if err != nil {
			return err
		}
		s.words.kept[name] = value
	}
	return nil
}

func (s *session) act(folder string, step map[string]any) (any, error) {
	path := func(key string) string { return filepath.Join(s.folder, step[key].(string)) }
	switch step["do"] {
	case "make_folder":
		return nil, os.Mkdir(path("path"), 0o700)
	case "write_file":
		return nil, replace(path("path"), []byte(step["text"].(string)))
	case "copy_file":
		content, err := os.ReadFile(path("from"))
		if err != nil {
			return nil, err
		}
		return nil, replace(path("to"), content)
	case "damage":
		content, err := os.ReadFile(path("path"))
		if err != nil {
			return nil, err
		}
		at := step["at"].(int64)
		if at < 0 {
			at += int64(len(content))
		}
		content[at] ^= byte(step["xor"].(int64))
		return nil, os.WriteFile(path("path"), content, 0o600)
	case "link":
		return nil, os.Symlink(path("to"), path("path"))
	case "permit":
		mode, err := strconv.ParseUint(step["mode"].(string), 8, 32)
		if err != nil {
			return nil, err
		}
		return nil, os.Chmod(path("path"), os.FileMode(mode))
	case "exists":
		if _, err := os.Lstat(path("path")); (err == nil) != step["is"].(bool) {
			return nil, fmt.Errorf("%s: exists is not %v", path("path"), step["is"])
		}
		return nil, nil
	case "unit_key":
		return map[string]any{"key": remora.UnitKey(step["text"].(string))}, nil
	case "gathered_log":
		answer := map[string]any{"count": int64(len(s.log)), "text": strings.Join(s.log, "\n")}
		s.log = nil
		return answer, nil
	case "hold_lock":
		return nil, s.holdLock(filepath.Join(folder, "hold_lock.py"), path("path"))
	case "release_lock":
		s.release()
		err := s.lock.Wait()
		s.lock = nil
		return nil, err
	}
	return nil, fmt.Errorf("no such action: %v", step["do"])
}

func (s *session) holdLock(program, file string) error {
	s.lock = exec.Command("python3", program, file)
	input, err := s.lock.StdinPipe()
	if err != nil {
		return err
	}
	s.release = func() { input.Close() }
	output, err := s.lock.StdoutPipe()
	if err != nil {
		return err
	}
	if err := s.lock.Start(); err != nil {
		return err
	}
	_, err = bufio.NewReader(output).ReadString('\n')
	return err
}

// replace writes a file under another name first: a reader sees the old one or the new one.
func replace(path string, content []byte) error {
	if err := os.WriteFile(path+".new", content, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
