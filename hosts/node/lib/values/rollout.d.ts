// What goes into the calls of rollout.h and what comes out of them.
import type { Wide } from './names.js';

export interface Gate {
  inside: boolean;
  rollout: number;
  stage: number;
  mode: number;
  state: number;
  shareBasisPoints: number;
  reason: number;
}

export interface Stage {
  mode: number;
  shareBasisPoints?: number;
  minimumSamples?: number;
  minimumNs?: Wide;
  margin?: number;
  maximumDrop?: number;
}

export interface RolloutStatus {
  state: number;
  rollout: number;
  agent: number;
  treatment: number;
  stage: number;
  stageCount: number;
  mode: number;
  shareBasisPoints: number;
  reason: number;
  treatmentCount: number;
  treatmentSuccesses: number;
  baselineCount: number;
  baselineSuccesses: number;
  samplesNeeded: number;
  startedNs: bigint;
  stageStartedNs: bigint;
  stageEndsNs: bigint;
  difference: number;
  differenceLow: number;
  differenceHigh: number;
}
