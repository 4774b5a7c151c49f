// What open.h takes.
import type { Wide } from './names.js';

export interface OpenOptions {
  /** Of OpenFlag. */
  flags?: number;
  /** That the host was written for; left out, the package's own. */
  abiVersion?: number;
  durability?: number;
  /** Capacities count only when this call makes the state; 0 takes the defaults. */
  states?: number;
  ledgerSlots?: number;
  names?: number;
  syncIntervalNs?: Wide;
  /** 32 random bytes that snapshots are signed with; none that claims to be signed with them and is not is restored. */
  snapshotKey?: Uint8Array;
}
