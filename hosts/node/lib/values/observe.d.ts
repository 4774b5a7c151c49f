// What the calls of observe.h give.

export interface QCell {
  flags: number;
  agent: number;
  taskType: number;
  variant: number;
  visits: number;
  qValue: number;
  labels: number[];
  updatedNs: bigint;
  /** At the same task before. */
  attempts: number;
  /** Bit i: variant i was among these. */
  triedVariants: bigint;
}

export interface Event {
  kind: number;
  sequence: number;
  timeNs: bigint;
  severity: number;
  agent: number;
  variant: number;
  rollout: number;
  stage: number;
  reason: number;
  value: number;
  threshold: number;
  detail: bigint[];
}

export interface Stats {
  processes: number;
  generation: number;
  states: number;
  stateCapacity: number;
  names: number;
  nameCapacity: number;
  ledgerSlots: number;
  decisions: number;
  pending: number;
  outcomes: number;
  explored: number;
  events: number;
  visits: number;
  heapBytes: number;
  mappedBytes: number;
  lastSnapshotNs: bigint;
}
