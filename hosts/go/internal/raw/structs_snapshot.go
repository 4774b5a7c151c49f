package raw

// The structs of snapshot.h: see structs.go.

import "unsafe"

type SnapshotInfo struct {
	StructSize uint32
	Kind       uint32
	Sequence   uint64
	TakenNs    int64
	Rows       uint64
	Visits     uint64
	Bytes      uint64
	Generation uint64
	Checksum   uint64
	KeyId      uint64
}

const SnapshotInfoSize = uint32(unsafe.Sizeof(SnapshotInfo{}))
