package remora

// UnitKey is the key of a unit that has a name, such as a user's id: FNV-1a of 64 bits (Fowler, Noll and Vo; draft-eastlake-fnv) of its
// bytes in UTF-8, and 1 where that is 0, for 0 means no unit. It is the same in every host language.
func UnitKey(name string) uint64 {
	hash := uint64(0xcbf29ce484222325)
	for i := 0; i < len(name); i++ {
		hash = (hash ^ uint64(name[i])) * 0x100000001b3
	}
	if hash == 0 {
		return 1
	}
	return hash
}
