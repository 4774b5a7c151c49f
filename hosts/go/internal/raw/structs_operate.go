package raw

// The structs of operate.h: see structs.go.

import "unsafe"

type Control struct {
	StructSize uint32
	Enabled    uint32
	Learning   uint32
	Mode       uint32
	Source     uint32
	Reserved   uint32
}

type TickReport struct {
	StructSize    uint32
	Flags         uint32
	Folded        uint64
	Reclaimed     uint32
	Snapshots     uint32
	StageChanges  uint32
	ConfigReloads uint32
	Restores      uint32
	Unblocked     uint32
	NextDueNs     int64
}

const (
	ControlSize    = uint32(unsafe.Sizeof(Control{}))
	TickReportSize = uint32(unsafe.Sizeof(TickReport{}))
)
