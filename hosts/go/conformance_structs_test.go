package remora_test

// Between the objects of transcripts and the structs of this package, by the names that fields have in the headers.

import (
	"fmt"
	"reflect"
	"strings"
	"time"
	"unicode"

	"remora"
)

// cName is the C name of a field: DecisionID is decision_id, QValue is q_value; times and durations end in _ns.
func cName(field reflect.StructField) string {
	if name, other := map[string]string{"MinimumTime": "minimum_ns"}[field.Name]; other {
		return name
	}
	var text strings.Builder
	letters := []rune(field.Name)
	for place, letter := range letters {
		if unicode.IsUpper(letter) && place > 0 &&
			(unicode.IsLower(letters[place-1]) || place+1 < len(letters) && unicode.IsLower(letters[place+1])) {
			text.WriteByte('_')
		}
		text.WriteRune(unicode.ToLower(letter))
	}
	switch field.Type {
	case reflect.TypeOf(time.Time{}), reflect.TypeOf(time.Duration(0)):
		text.WriteString("_ns")
	}
	return text.String()
}

// object is a struct or any other value of this package as transcripts see it.
func object(value reflect.Value) any {
	switch given := value.Interface().(type) {
	case time.Time:
		if given.IsZero() {
			return int64(0)
		}
		return given.UnixNano()
	case bool:
		if given {
			return int64(1)
		}
		return int64(0)
	}
	switch value.Kind() {
	case reflect.Struct:
		fields := map[string]any{}
		for place := 0; place < value.NumField(); place++ {
			fields[cName(value.Type().Field(place))] = object(value.Field(place))
		}
		return fields
	case reflect.Slice, reflect.Array:
		list := []any{}
		for place := 0; place < value.Len(); place++ {
			list = append(list, object(value.Index(place)))
		}
		return list
	case reflect.Int, reflect.Int32, reflect.Int64:
		return value.Int()
	case reflect.Uint32, reflect.Uint64:
		if value.Uint() >= 1<<63 {
			return value.Uint()
		}
		return int64(value.Uint())
	case reflect.Float64:
		return value.Float()
	case reflect.String:
		return value.String()
	}
	panic(fmt.Sprintf("%s has no form in transcripts", value.Type()))
}

// fields is a result struct as the object of an answer.
func fields(result any) map[string]any { return object(reflect.ValueOf(result)).(map[string]any) }

// fill sets the fields that with names. One that the struct does not have is an error.
func fill(target any, with map[string]any) error {
	value := reflect.ValueOf(target).Elem()
	for key, given := range with {
		found := false
		for place := 0; place < value.NumField() && !found; place++ {
			if found = cName(value.Type().Field(place)) == key; found {
				if err := set(value.Field(place), given); err != nil {
					return fmt.Errorf("%s: %w", key, err)
				}
			}
		}
		if !found {
			return fmt.Errorf("%s has no field for %s", value.Type(), key)
		}
	}
	return nil
}

func set(field reflect.Value, given any) error {
	switch place := field.Addr().Interface().(type) {
	case *time.Time:
		if nanoseconds := int64(bits(given)); nanoseconds != 0 {
			*place = time.Unix(0, nanoseconds)
		}
		return nil
	case *remora.Score:
		*place = remora.Given(number(given))
		return nil
	case *bool:
		*place = truth(given)
		return nil
	}
	switch field.Kind() {
	case reflect.Int, reflect.Int32, reflect.Int64:
		field.SetInt(int64(bits(given)))
	case reflect.Uint8, reflect.Uint32, reflect.Uint64:
		field.SetUint(bits(given))
	case reflect.Float64:
		field.SetFloat(number(given))
	case reflect.String:
		field.SetString(given.(string))
	case reflect.Struct:
		return fill(field.Addr().Interface(), given.(map[string]any))
	case reflect.Slice:
		field.Set(reflect.MakeSlice(field.Type(), len(given.([]any)), len(given.([]any))))
		fallthrough
	case reflect.Array:
		for place, item := range given.([]any) {
			if err := set(field.Index(place), item); err != nil {
				return err
			}
		}
	default:
		return fmt.Errorf("nothing sets a %s", field.Type())
	}
	return nil
}

func truth(given any) bool {
	if is, isBool := given.(bool); isBool {
		return is
	}
	return bits(given) != 0
}

// outcomeOf takes the parts of an outcome that have another shape here: what follows, and metrics.
func outcomeOf(with map[string]any) (remora.Outcome, error) {
	var outcome remora.Outcome
	plain, next := map[string]any{}, map[string]any{}
	for key, value := range with {
		switch {
		case strings.HasPrefix(key, "next_"):
			next[strings.TrimPrefix(key, "next_")] = value
		case key == "metric_ids":
			for place, id := range value.([]any) {
				metric := remora.Metric{ID: remora.ID(bits(id))}
				if figures, _ := with["metrics"].([]any); place < len(figures) {
					metric.Value = number(figures[place])
				}
				outcome.Metrics = append(outcome.Metrics, metric)
			}
		case key != "metrics":
			plain[key] = value
		}
	}
	if len(next) > 0 {
		outcome.Next = &remora.Next{}
		if err := fill(outcome.Next, next); err != nil {
			return outcome, err
		}
	}
	return outcome, fill(&outcome, plain)
}
