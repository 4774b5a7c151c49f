package remora_test

// Values of transcripts: words that stand for others, and how answers match. Whole numbers are int64, or uint64 when too large.

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"
)

// decode reads JSON into result, whose values of type any get whole numbers as int64.
func decode(content []byte, result *transcript) error {
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.UseNumber()
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(result); err != nil {
		return err
	}
	for place, step := range result.Steps {
		result.Steps[place] = plain(step).(map[string]any)
	}
	return nil
}

func plain(value any) any {
	switch value := value.(type) {
	case json.Number:
		if whole, err := strconv.ParseInt(value.String(), 10, 64); err == nil {
			return whole
		}
		number, _ := value.Float64()
		return number
	case []any:
		for place := range value {
			value[place] = plain(value[place])
		}
	case map[string]any:
		for key := range value {
			value[key] = plain(value[key])
		}
	}
	return value
}

type words struct {
	constants map[string]int64
	kept      map[string]any
}

func newWords(t testing.TB) words {
	return words{constants: baseline(t).Constants, kept: map[string]any{}}
}

func (w words) resolve(value any) (any, error) {
	switch value := value.(type) {
	case string:
		return w.resolveText(value)
	case []any:
		list := make([]any, len(value))
		for place := range value {
			word, err := w.resolve(value[place])
			if err != nil {
				return nil, err
			}
			list[place] = word
		}
		return list, nil
	case map[string]any:
		object := map[string]any{}
		for key := range value {
			word, err := w.resolve(value[key])
			if err != nil {
				return nil, err
			}
			object[key] = word
		}
		return object, nil
	}
	return value, nil
}

func (w words) resolveText(text string) (any, error) {
	if len(text) > 1 && text[0] == '$' && text[1] != '{' {
		if value, known := w.kept[text[1:]]; known {
			return value, nil
		}
		return nil, fmt.Errorf("nothing was kept as %s", text)
	}
	for name, value := range w.kept {
		text = strings.ReplaceAll(text, "${"+name+"}", fmt.Sprint(value))
	}
	switch {
	case strings.Contains(text, "${"):
		return nil, fmt.Errorf("nothing was kept for %s", text)
	case strings.HasPrefix(text, "REMORA_"):
		sum := int64(0)
		for _, name := range strings.Split(text, "|") {
			value, known := w.constants[name]
			if !known {
				return nil, fmt.Errorf("no constant is named %s", name)
			}
			sum |= value
		}
		return sum, nil
	case strings.HasPrefix(text, "0x"):
		return strconv.ParseUint(text[2:], 16, 64)
	case len(text) > 1 && text[0] == '@':
		seconds, err := strconv.ParseInt(text[1:], 10, 64)
		return (1_800_000_000 + seconds) * int64(time.Second), err
	case len(text) > 1 && text[0] == '%':
		duration, err := time.ParseDuration(text[1:])
		return int64(duration), err
	}
	return text, nil
}

func atPath(answer any, path string) (any, error) {
	for _, key := range strings.Split(path, ".") {
		switch part := answer.(type) {
		case map[string]any:
			value, known := part[key]
			if !known {
				return nil, fmt.Errorf("no %s in %v", path, part)
			}
			answer = value
		case []any:
			place, err := strconv.Atoi(key)
			if err != nil || place >= len(part) {
				return nil, fmt.Errorf("no %s in %v", path, part)
			}
			answer = part[place]
		default:
			return nil, fmt.Errorf("no %s in %v", path, answer)
		}
	}
	return answer, nil
}

func number(value any) float64 {
	switch value := value.(type) {
	case int64:
		return float64(value)
	case uint64:
		return float64(value)
	case float64:
		return value
	}
	panic(fmt.Sprintf("%v (%T) is no number", value, value))
}

// bits is a whole number as 64 bits.
func bits(value any) uint64 {
	switch value := value.(type) {
	case int64:
		return uint64(value)
	case uint64:
		return value
	}
	panic(fmt.Sprintf("%v (%T) is no whole number", value, value))
}

func isNumber(value any) bool {
	switch value.(type) {
	case int64, uint64, float64:
		return true
	}
	return false
}

func same(expected, answer any) bool {
	if !isNumber(expected) || !isNumber(answer) {
		return reflect.DeepEqual(expected, answer)
	}
	_, broken := expected.(float64)
	_, brokenToo := answer.(float64)
	if broken || brokenToo {
		return math.Abs(number(expected)-number(answer)) <= 1e-6
	}
	return bits(expected) == bits(answer)
}

// difference says where an answer is not as expected; empty when it matches.
func difference(expected, answer any, place string) string {
	differs := func() string { return fmt.Sprintf("%s is %v, expected %v", place, answer, expected) }
	switch expected := expected.(type) {
	case []any:
		list, isList := answer.([]any)
		if !isList || len(list) != len(expected) {
			return differs()
		}
		for at := range expected {
			if found := difference(expected[at], list[at], fmt.Sprintf("%s.%d", place, at)); found != "" {
				return found
			}
		}
		return ""
	case map[string]any:
		if matches, known := special(expected, answer); known {
			if !matches {
				return differs()
			}
			return ""
		}
		object, _ := answer.(map[string]any)
		for key := range expected {
			value, has := object[key]
			if !has {
				return fmt.Sprintf("%s has no %s: %v", place, key, answer)
			}
			if found := difference(expected[key], value, strings.TrimPrefix(place+"."+key, ".")); found != "" {
				return found
			}
		}
		return ""
	}
	if !same(expected, answer) {
		return differs()
	}
	return ""
}

// special matches an object of one special key; known is false when it has none.
func special(expected map[string]any, answer any) (matches, known bool) {
	for key, value := range expected {
		switch key {
		case "near":
			return math.Abs(number(answer)-number(value)) <= number(expected["within"]), true
		case "at_least":
			return number(answer) >= number(value), true
		case "at_most":
			return number(answer) <= number(value), true
		case "not":
			return difference(value, answer, "") != "", true
		case "has":
			return bits(answer)&bits(value) == bits(value), true
		case "lacks":
			return bits(answer)&bits(value) == 0, true
		case "contains":
			text, isText := answer.(string)
			return isText && strings.Contains(text, value.(string)), true
		case "one_of":
			return count(value.([]any), func(choice any) bool { return difference(choice, answer, "") == "" }) > 0, true
		case "length":
			return reflect.ValueOf(answer).Len() == int(value.(int64)), true
		case "some", "each":
			list := answer.([]any)
			found := count(list, func(item any) bool { return difference(value, item, "") == "" })
			return key == "each" && found == len(list) || key == "some" && found > 0, true
		}
	}
	return false, false
}

// count is how many of a list match.
func count(list []any, matches func(item any) bool) (found int) {
	for _, item := range list {
		if matches(item) {
			found++
		}
	}
	return found
}
