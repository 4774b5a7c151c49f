package remora

import (
	"context"
	"time"

	"remora/internal/raw"
)

// SnapshotInfo is what a snapshot file says of itself. A snapshot holds learned values alone.
type SnapshotInfo struct {
	Kind       SnapshotKind
	Sequence   uint64 // unique within the directory, growing
	Taken      time.Time
	Rows       uint64 // states (of up to 6 variants each)
	Visits     uint64 // outcomes behind them
	Bytes      uint64 // of the file
	Generation uint64 // that it was taken from
	Checksum   uint64
	KeyID      uint64 // of the key that it is signed with; 0 = it is not signed
}

// Snapshot writes, verifies and keeps a snapshot in the state directory. Routing goes on meanwhile. When ctx ends first, the snapshot is
// written all the same. Errors: ErrNoSpace, ErrIO, ErrBusy (another process writes one).
func (s *State) Snapshot(ctx context.Context) (SnapshotInfo, error) {
	return s.snapshotInfo(ctx, func(info *raw.SnapshotInfo, failure *raw.Error) int32 {
		return s.raw.Snapshot(s.handle, info, failure)
	})
}

// SnapshotVerify checks a file completely and changes nothing. path is absolute or relative to the state directory.
// Errors: ErrNotFound, ErrDamaged (what and where), ErrFormat.
func (s *State) SnapshotVerify(ctx context.Context, path string) (SnapshotInfo, error) {
	text := bytesOf(path)
	return s.snapshotInfo(ctx, func(info *raw.SnapshotInfo, failure *raw.Error) int32 {
		return s.raw.SnapshotVerify(s.handle, &text[0], uint64(len(path)), info, failure)
	})
}

// SnapshotList lists the snapshots kept, newest first. Errors: ErrIO.
func (s *State) SnapshotList(ctx context.Context) ([]SnapshotInfo, error) {
	return await(ctx, func() ([]SnapshotInfo, error) {
		count := new(uint32)
		for capacity := uint32(64); ; capacity = *count + 8 {
			infos := make([]raw.SnapshotInfo, capacity)
			for place := range infos {
				infos[place].StructSize = raw.SnapshotInfoSize
			}
			err := s.explained(func(failure *raw.Error) int32 {
				return s.raw.SnapshotList(s.handle, &infos[0], uint64(raw.SnapshotInfoSize), capacity, count, failure)
			})
			if err != nil {
				return nil, err
			}
			if *count > capacity {
				continue // more were taken than there was room for
			}
			list := make([]SnapshotInfo, *count)
			for place := range list {
				list[place] = snapshotInfoOf(&infos[place])
			}
			return list, nil
		}
	}, nil)
}

// SnapshotPath is the path of a kept snapshot, relative to the state directory. Errors: ErrNotFound.
func (s *State) SnapshotPath(sequence uint64) (string, error) {
	return s.text(256, func(buffer *byte, capacity uint64, needed *uint64, failure *raw.Error) int32 {
		return s.raw.SnapshotPath(s.handle, sequence, buffer, capacity, needed, failure)
	})
}

// Restore replaces the learned values by those of a snapshot, for every process at its next call, and gives the restored one. What is
// replaced is kept as a snapshot first. When ctx ends first, the values are replaced all the same.
// Errors: as SnapshotVerify, ErrNoSpace, ErrBusy.
func (s *State) Restore(ctx context.Context, path string) (SnapshotInfo, error) {
	text := bytesOf(path)
	return s.snapshotInfo(ctx, func(info *raw.SnapshotInfo, failure *raw.Error) int32 {
		return s.raw.Restore(s.handle, &text[0], uint64(len(path)), info, failure)
	})
}

func (s *State) snapshotInfo(ctx context.Context, call func(info *raw.SnapshotInfo, failure *raw.Error) int32) (SnapshotInfo, error) {
	return await(ctx, func() (SnapshotInfo, error) {
		info := &raw.SnapshotInfo{StructSize: raw.SnapshotInfoSize}
		err := s.explained(func(failure *raw.Error) int32 { return call(info, failure) })
		return snapshotInfoOf(info), err
	}, nil)
}

func snapshotInfoOf(r *raw.SnapshotInfo) SnapshotInfo {
	return SnapshotInfo{
		Kind: SnapshotKind(r.Kind), Sequence: r.Sequence, Taken: instant(r.TakenNs), Rows: r.Rows, Visits: r.Visits, Bytes: r.Bytes,
		Generation: r.Generation, Checksum: r.Checksum, KeyID: r.KeyId,
	}
}
