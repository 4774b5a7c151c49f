package raw

// The structs of observe.h: see structs.go.

import "unsafe"

type Event struct {
	StructSize uint32
	Kind       uint32
	Sequence   uint64
	TimeNs     int64
	Severity   uint32
	Agent      uint32
	Variant    uint32
	Rollout    uint32
	Stage      uint32
	Reason     int32
	Value      float64
	Threshold  float64
	Detail     [2]uint64
}

type QCell struct {
	StructSize    uint32
	Flags         uint32
	Agent         uint32
	TaskType      uint32
	Variant       uint32
	Visits        uint32
	QValue        float64
	LabelCount    uint32
	Reserved      uint32
	Labels        [8]uint32
	UpdatedNs     int64
	Attempts      uint32
	Reserved1     uint32
	TriedVariants uint64
}

type Stats struct {
	StructSize     uint32
	Processes      uint32
	Generation     uint64
	States         uint64
	StateCapacity  uint64
	Names          uint64
	NameCapacity   uint64
	LedgerSlots    uint64
	Decisions      uint64
	Pending        uint64
	Outcomes       uint64
	Explored       uint64
	Events         uint64
	Visits         uint64
	HeapBytes      uint64
	MappedBytes    uint64
	LastSnapshotNs int64
}

const (
	EventSize = uint32(unsafe.Sizeof(Event{}))
	QCellSize = uint32(unsafe.Sizeof(QCell{}))
	StatsSize = uint32(unsafe.Sizeof(Stats{}))
)
