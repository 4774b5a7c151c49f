package remora_test

import (
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"time"

	"remora"
	"remora/internal/raw"
)

// question is one call of a transcript, with all words resolved.
type question struct {
	*session
	state *remora.State
	with  map[string]any
	step  map[string]any
}

// called makes a call and checks its status.
func (s *session) called(step map[string]any) (any, error) {
	name := step["call"].(string)
	ask, known := calls[name]
	if !known {
		return nil, fmt.Errorf("no such function: %s", name)
	}
	q := &question{session: s, step: step, with: map[string]any{}}
	if with, given := step["with"]; given {
		q.with = with.(map[string]any)
	}
	on := "state"
	if given, is := step["on"]; is {
		on = given.(string)
	}
	if q.state = s.states[on]; q.state == nil {
		q.state = s.library.Unopened()
	}
	answer, err := ask(q)
	expected := remora.OK
	if code, given := step["code"]; given {
		expected = remora.Status(int32(code.(int64)))
	}
	if expected == remora.OK {
		return answer, err
	}
	var explained *remora.Error
	if !errors.Is(err, expected) || !errors.As(err, &explained) || explained.Message == "" {
		return nil, fmt.Errorf("the error is %v, expected %v with a text", err, expected)
	}
	return answer, nil
}

// take fills the fields of a struct from what the call is given.
func (q *question) take(target any) error { return fill(target, q.with) }

// given makes a call with a struct of inputs; what it gives is the answer, or its field where a name is said.
func given[Input any](name string, ask func(q *question, in Input) (any, error)) func(q *question) (any, error) {
	return func(q *question) (any, error) {
		var in Input
		if err := q.take(&in); err != nil {
			return nil, err
		}
		answer, err := ask(q, in)
		if answer == nil {
			return map[string]any{}, err
		}
		return answered(name, answer), err
	}
}

func answered(name string, answer any) any {
	if ready, is := answer.(map[string]any); is {
		return ready
	}
	if name == "" {
		return fields(answer)
	}
	return map[string]any{name: object(reflect.ValueOf(answer))}
}

// text is a text of the library's, or, with a capacity, what the raw layer answers to a buffer of that size.
func (q *question) text(ask func() (string, error),
	fill func(buffer *byte, capacity uint64, needed *uint64, failure *raw.Error) int32) (any, error) {
	given, limited := q.step["capacity"]
	if !limited {
		text, err := ask()
		return map[string]any{"text": text}, err
	}
	capacity := int(given.(int64))
	buffer, needed, failure := make([]byte, capacity+1), new(uint64), &raw.Error{StructSize: raw.ErrorSize}
	code := fill(&buffer[0], uint64(capacity), needed, failure)
	text, _, _ := strings.Cut(string(buffer), "\x00")
	answer := map[string]any{"text": text, "needed": int64(*needed)}
	if code != int32(remora.OK) {
		return answer, &remora.Error{Status: remora.Status(code), Message: "as the raw layer says"}
	}
	return answer, nil
}

type none struct{}

type named struct {
	Kind     remora.Kind
	Name     string
	Category remora.ID
}

type variantOfAgent struct {
	Agent   remora.ID
	Variant uint32
	Now     time.Time
}

type page struct {
	Kind     remora.Kind
	Cursor   uint64
	Capacity int
}

type file struct{ Path string }

func listed[Item any](q *question, in page, list *remora.List[Item]) (any, error) {
	if _, said := q.with["capacity"]; !said {
		in.Capacity = 10
	}
	items, err := list.From(in.Cursor).Page(in.Capacity)
	return fields(struct {
		Count  int
		Cursor uint64
		Items  []Item
	}{len(items), list.Cursor(), items}), err
}

// pageOf is listed with the items under the name that transcripts use.
func pageOf[Item any](key string, list func(q *question, in page) *remora.List[Item]) func(q *question) (any, error) {
	return given("", func(q *question, in page) (any, error) {
		answer, err := listed(q, in, list(q, in))
		object := answer.(map[string]any)
		object[key] = object["items"]
		return object, err
	})
}

// batchAnswer is what a batch gives, with how far it came.
func batchAnswer(name string, results any, count int, err error) (any, error) {
	answer := answered(name, results).(map[string]any)
	done, firstFailed := count, count
	var failed *remora.BatchError
	if errors.As(err, &failed) {
		done, firstFailed = failed.Done, failed.FirstFailed
	}
	answer["done"], answer["first_failed"] = int64(done), int64(firstFailed)
	return answer, err
}

func snapshotListed(q *question, in page) (any, error) {
	infos, err := q.state.SnapshotList(background)
	count := len(infos)
	if in.Capacity > 0 && count > in.Capacity {
		infos = infos[:in.Capacity]
	}
	answer := answered("infos", infos).(map[string]any)
	answer["count"] = int64(count)
	return answer, err
}

func (q *question) open() (any, error) {
	options := &remora.Options{}
	directory, as := "", "state"
	for key, value := range q.with {
		var err error
		switch key {
		case "directory":
			directory = filepath.Join(q.folder, value.(string))
		case "as":
			as = value.(string)
		case "abi_version":
			options.ABIVersion = uint32(bits(value))
		case "snapshot_key":
			_, err = hex.Decode(options.SnapshotKey[:], []byte(value.(string)))
		default:
			err = fill(options, map[string]any{key: value})
		}
		if err != nil {
			return nil, err
		}
	}
	state, err := q.library.Open(background, directory, options)
	if err == nil {
		q.states[as] = state
	}
	return map[string]any{}, err
}

func (q *question) recordOutcome() (any, error) {
	outcome, err := outcomeOf(q.with)
	if err != nil {
		return nil, err
	}
	reward, err := q.state.RecordOutcome(outcome)
	return rewardObject(fields(reward)), err
}

func (q *question) recordOutcomeBatch() (any, error) {
	var outcomes []remora.Outcome
	for key, value := range q.with {
		switch key {
		case "outcomes":
			for _, with := range value.([]any) {
				outcome, err := outcomeOf(with.(map[string]any))
				if err != nil {
					return nil, err
				}
				outcomes = append(outcomes, outcome)
			}
		case "rewards": // without room for rewards: this package always makes room
		default:
			return nil, fmt.Errorf("no such input: %s", key)
		}
	}
	rewards, err := q.state.RecordOutcomeBatch(nil, outcomes)
	answer, err := batchAnswer("rewards", rewards, len(outcomes), err)
	for _, each := range answer.(map[string]any)["rewards"].([]any) {
		rewardObject(each.(map[string]any))
	}
	return answer, err
}

// rewardObject puts flags back where a bool stands for them.
func rewardObject(reward map[string]any) map[string]any {
	reward["flags"] = reward["learned"]
	return reward
}

func (q *question) logDrain(_ page) (any, error) {
	lines, err := q.state.LogDrain()
	text := ""
	for _, line := range lines {
		text += line + "\n"
	}
	return map[string]any{"text": text}, err
}
