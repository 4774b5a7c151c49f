// Package raw declares the C functions and structs of the plugin, and calls them: through cgo where it is on, through purego where it
// is off (or with the build tag remora_purego). Nothing here knows what the calls mean.
package raw

import (
	"reflect"
	"strings"
	"unicode"
)

// Image is a shared library that was loaded. It stays loaded for the life of the process.
type Image struct {
	handle uintptr
}

// OpenImage loads a shared library by its path, or by its name in the system's search.
func OpenImage(name string) (Image, error) {
	handle, err := openImage(name)
	return Image{handle}, err
}

// ABIVersion asks the image for its ABI version; false when it is no Remora library.
func (i Image) ABIVersion() (int32, bool) {
	address := symbol(i.handle, "remora_abi_version")
	if address == 0 {
		return 0, false
	}
	return call(address, 0, 0, 0, 0, 0, 0), true
}

// Bind finds every function in the image. When one is missing it gives nil and that one's name.
func (i Image) Bind() (*Library, string) {
	library := new(Library)
	addresses := reflect.ValueOf(&library.at).Elem()
	for place := 0; place < addresses.NumField(); place++ {
		name := "remora_" + CName(addresses.Type().Field(place).Name)
		address := symbol(i.handle, name)
		if address == 0 {
			return nil, name
		}
		addresses.Field(place).SetUint(uint64(address))
	}
	return library, ""
}

// CName is the name in C of a function, struct or field of this package: RouteBatch is route_batch.
func CName(name string) string {
	var text strings.Builder
	for place, letter := range name {
		if unicode.IsUpper(letter) && place > 0 {
			text.WriteByte('_')
		}
		text.WriteRune(unicode.ToLower(letter))
	}
	return text.String()
}

// Structs are all structs that this package declares, by their C names.
func Structs() map[string]reflect.Type {
	structs := make(map[string]reflect.Type, len(zeroes))
	for _, value := range zeroes {
		kind := reflect.TypeOf(value)
		structs["remora_"+CName(kind.Name())] = kind
	}
	return structs
}
