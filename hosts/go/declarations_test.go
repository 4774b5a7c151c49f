package remora_test

// The raw declarations are what the headers say: a change of either that the other does not follow fails here.

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"remora"
	"remora/internal/raw"
)

// layouts is abi/baseline/v1.json.
type layouts struct {
	Structs map[string]struct {
		Size, Alignment uintptr
		Fields          map[string]struct {
			Type         string
			Offset, Size uintptr
		}
	}
	Constants map[string]int64
}

func baseline(t testing.TB) (result layouts) {
	check(t, json.Unmarshal(read(t, root(t), "abi/baseline/v1.json"), &result))
	return result
}

// goTypes are the Go types of C's; a pointer to a struct of the ABI is one to the struct of its name.
var goTypes = map[string]string{
	"uint64_t": "uint64", "uint32_t": "uint32", "int64_t": "int64", "int32_t": "int32", "remora_id": "uint32", "double": "float64",
	"char": "uint8", "char*": "*uint8", "void*": "uintptr", "remora_log_function": "uintptr",
}

func goType(c string) string {
	c = strings.TrimPrefix(c, "const ")
	if known, is := goTypes[c]; is {
		return known
	}
	if inner := strings.TrimSuffix(c, "*"); inner != c {
		return "*" + goType(inner)
	}
	if array := regexp.MustCompile(`^(\w+)\[(\d+)\]$`).FindStringSubmatch(c); array != nil {
		return "[" + array[2] + "]" + goType(array[1])
	}
	return "raw." + c
}

// typeName is the type of a field or parameter with structs under their C names.
func typeName(given reflect.Type) string {
	switch {
	case given.Kind() == reflect.Pointer:
		return "*" + typeName(given.Elem())
	case given.Kind() == reflect.Array && given.Elem().Kind() == reflect.Struct:
		return strings.TrimSuffix(given.String(), given.Elem().String()) + typeName(given.Elem())
	case given.Kind() == reflect.Struct:
		return "raw.remora_" + raw.CName(given.Name())
	}
	return given.String()
}

func TestFunctionsAreThoseOfFunctionsDef(t *testing.T) {
	listed := map[string][]string{}
	for _, line := range regexp.MustCompile(`(?m)^F\((\w+), \d+, \w+, \((.*)\)\)$`).FindAllStringSubmatch(
		string(read(t, root(t), "include/remora/functions.def")), -1) {
		listed[line[1]] = []string{}
		if line[2] != "void" {
			for _, parameter := range strings.Split(line[2], ", ") {
				listed[line[1]] = append(listed[line[1]], goType(parameter[:strings.LastIndexByte(parameter, ' ')]))
			}
		}
	}
	if len(listed) < 40 {
		t.Fatalf("only %d functions found", len(listed))
	}
	declared := map[string][]string{}
	library := reflect.TypeOf(&raw.Library{})
	for place := 0; place < library.NumMethod(); place++ {
		method := library.Method(place)
		parameters := []string{}
		for at := 1; at < method.Type.NumIn(); at++ { // 0 is the library
			parameters = append(parameters, typeName(method.Type.In(at)))
		}
		if method.Type.NumOut() != 1 || method.Type.Out(0).Kind() != reflect.Int32 {
			t.Errorf("%s gives no status", method.Name)
		}
		declared[raw.CName(method.Name)] = parameters
	}
	if !reflect.DeepEqual(declared, listed) {
		t.Errorf("declared are\n%v\nlisted are\n%v", declared, listed)
	}
}

func TestStructsHaveTheFieldsTypesAndOffsetsOfTheHeaders(t *testing.T) {
	recorded := baseline(t).Structs
	library := must[*remora.Library](t)(remora.Load(""))
	for name, kind := range raw.Structs() {
		there, known := recorded[name]
		if !known {
			t.Errorf("%s is in no header", name)
			continue
		}
		delete(recorded, name)
		if kind.Size() != there.Size || uintptr(kind.Align()) != there.Alignment || kind.NumField() != len(there.Fields) {
			t.Errorf("%s has %d bytes, alignment %d, %d fields; the header says %v", name, kind.Size(), kind.Align(), kind.NumField(), there)
		}
		for place := 0; place < kind.NumField(); place++ {
			field := kind.Field(place)
			facts, known := there.Fields[raw.CName(field.Name)]
			if !known || facts.Offset != field.Offset || facts.Size != field.Type.Size() || goType(facts.Type) != typeName(field.Type) {
				t.Errorf("%s.%s is %s at %d; the header says %v", name, field.Name, typeName(field.Type), field.Offset, facts)
			}
		}
		if name == "remora_rollout_stage" { // stands inside another
			continue
		}
		if size, err := library.StructSize(name); err != nil || uintptr(size) != kind.Size() {
			t.Errorf("the library says that %s has %d bytes, %v", name, size, err)
		}
	}
	for name := range recorded {
		t.Errorf("%s is not declared", name)
	}
}

// source parses the package's own files.
func source(t *testing.T, pattern string) (*token.FileSet, []*ast.File) {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	check(t, err)
	set := token.NewFileSet()
	var files []*ast.File
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(set, path, nil, 0)
		check(t, err)
		files = append(files, file)
	}
	return set, files
}

func TestConstantsAreThoseOfTheHeaders(t *testing.T) {
	recorded := baseline(t).Constants
	capitals := regexp.MustCompile(`([a-z])([A-Z])`)
	for _, pattern := range []string{"constants.go", "internal/raw/structs*.go"} {
		set, files := source(t, pattern)
		checked := &types.Config{Error: func(error) {}} // imports are not looked at
		scope, _ := checked.Check("remora", set, files, nil)
		for _, name := range scope.Scope().Names() {
			value, isConstant := scope.Scope().Lookup(name).(*types.Const)
			if !isConstant || strings.HasPrefix(name, "ABI") || strings.HasSuffix(name, "Size") {
				continue
			}
			name := regexp.MustCompile("^Err").ReplaceAllString(name, "E_")
			cName := "REMORA_" + strings.ToUpper(capitals.ReplaceAllString(name, "${1}_$2"))
			there, known := recorded[cName]
			if here, exact := constant.Int64Val(value.Val()); !known || !exact || here != there {
				t.Errorf("%s is %v; %s is %d", name, value.Val(), cName, there)
			}
			delete(recorded, cName)
		}
	}
	for name := range recorded {
		t.Errorf("%s is not declared", name)
	}
}

func TestEveryFunctionIsUsedOrLeftOutWithAReason(t *testing.T) {
	used := map[string]bool{}
	_, files := source(t, "*.go")
	for _, file := range files {
		ast.Inspect(file, func(node ast.Node) bool {
			if method, is := node.(*ast.SelectorExpr); is {
				if library, is := method.X.(*ast.SelectorExpr); is && library.Sel.Name == "raw" {
					used[raw.CName(method.Sel.Name)] = true
				}
			}
			return true
		})
	}
	leftOut := leftOut(t)
	library := reflect.TypeOf(&raw.Library{})
	for place := 0; place < library.NumMethod(); place++ {
		name := raw.CName(library.Method(place).Name)
		if _, out := leftOut[name]; out == used[name] {
			t.Errorf("%s: used is %v, left out in abi/bindings.txt is %v", name, used[name], out)
		}
	}
}

func TestNumbersHaveTheNamesOfTheHeaders(t *testing.T) {
	named := map[string]func(number int64) []fmt.Stringer{
		"KIND":     func(n int64) []fmt.Stringer { return []fmt.Stringer{remora.Kind(n)} },
		"REASON":   func(n int64) []fmt.Stringer { return []fmt.Stringer{remora.Reason(n)} },
		"MODE":     func(n int64) []fmt.Stringer { return []fmt.Stringer{remora.Mode(n)} },
		"SAFETY":   func(n int64) []fmt.Stringer { return []fmt.Stringer{remora.SafetyReason(n)} },
		"ROLLOUT":  func(n int64) []fmt.Stringer { return []fmt.Stringer{remora.RolloutState(n), remora.RolloutReason(n)} },
		"SNAPSHOT": func(n int64) []fmt.Stringer { return []fmt.Stringer{remora.SnapshotKind(n)} },
		"VERDICT":  func(n int64) []fmt.Stringer { return []fmt.Stringer{remora.Verdict(n)} },
		"REPLAY":   func(n int64) []fmt.Stringer { return []fmt.Stringer{remora.ReplayMode(n)} },
		"EVENT":    func(n int64) []fmt.Stringer { return []fmt.Stringer{remora.EventKind(n)} },
		"SEVERITY": func(n int64) []fmt.Stringer { return []fmt.Stringer{remora.Severity(n)} },
	}
	commands := map[string]bool{"advance": true, "pause": true, "resume": true, "roll_back": true}
	for constant, number := range baseline(t).Constants {
		prefix, name, _ := strings.Cut(strings.TrimPrefix(constant, "REMORA_"), "_")
		name = strings.ToLower(name)
		if named[prefix] == nil || prefix == "ROLLOUT" && commands[name] {
			continue
		}
		found := false
		for _, value := range named[prefix](number) {
			found = found || value.String() == name
		}
		if !found {
			t.Errorf("%s is %v", constant, named[prefix](number))
		}
	}
	if text := remora.Reason(1000).String(); text != "unknown 1000" {
		t.Error(text)
	}
}

func TestStatusesHaveTheNamesOfTheLibrary(t *testing.T) {
	library := must[*remora.Library](t)(remora.Load(""))
	for status := remora.OK; status >= remora.ErrInternal; status-- {
		text := must[string](t)(library.StatusText(status))
		if name, _, _ := strings.Cut(text, ":"); name != status.Error() {
			t.Errorf("%d is %s here, %s there", status, status.Error(), name)
		}
	}
}
