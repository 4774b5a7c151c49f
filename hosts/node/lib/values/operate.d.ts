// What the calls of operate.h give.

export interface Control {
  enabled: boolean;
  learning: boolean;
  mode: number;
  source: number;
}

export interface TickReport {
  flags: number;
  folded: number;
  reclaimed: number;
  snapshots: number;
  stageChanges: number;
  configReloads: number;
  restores: number;
  unblocked: number;
  nextDueNs: bigint;
}
