// What the calls of snapshot.h give.

export interface SnapshotInfo {
  kind: number;
  sequence: number;
  takenNs: bigint;
  rows: number;
  visits: number;
  bytes: number;
  generation: number;
  checksum: number;
  /** Of the key that it is signed with; 0 when it is not signed. */
  keyId: number;
}
