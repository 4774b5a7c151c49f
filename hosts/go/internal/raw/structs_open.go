package raw

// The structs of open.h and status.h: see structs.go.

import "unsafe"

type Error struct {
	StructSize uint32
	Code       int32
	OsErrno    int32
	Reserved   uint32
	Text       [240]byte
}

type Options struct {
	StructSize     uint32
	Flags          uint32
	AbiVersion     uint32
	Durability     uint32
	States         uint64
	LedgerSlots    uint32
	Names          uint32
	SyncIntervalNs int64
	Reserved       [3]uint64
	SnapshotKey    [4]uint64
}

const (
	ErrorSize   = uint32(unsafe.Sizeof(Error{}))
	OptionsSize = uint32(unsafe.Sizeof(Options{}))
)
