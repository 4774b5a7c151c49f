// What goes into the calls of learning.h and what comes out of them.
import type { Ref, Wide } from './names.js';

/** Mean rewards a decision, each with the ends of its 95 % interval; doublyRobust is the one to go by. */
export interface Evaluation {
  flags: number;
  agent: number;
  resamples: number;
  seed: number;
  leastEffective: number;
  warmUp: number;
  outcomes: number;
  leftOut: number;
  effective: number;
  largestWeight: number;
  meanWeight: number;
  logged: number;
  loggedLow: number;
  loggedHigh: number;
  ips: number;
  ipsLow: number;
  ipsHigh: number;
  snips: number;
  snipsLow: number;
  snipsHigh: number;
  direct: number;
  directLow: number;
  directHigh: number;
  doublyRobust: number;
  doublyRobustLow: number;
  doublyRobustHigh: number;
}

/** How far learning is, each figure with its interval at 95 %. */
export interface Convergence {
  flags: number;
  agent: number;
  taskType: number;
  variant: number;
  labels: number[];
  verdict: number;
  winner: number;
  outcomes: number;
  change: number;
  changeLow: number;
  changeHigh: number;
  winning: number;
  winningLow: number;
  winningHigh: number;
  separation: number;
  separationLow: number;
  separationHigh: number;
  explored: number;
  exploredLow: number;
  exploredHigh: number;
  variance: number;
  varianceLow: number;
  varianceHigh: number;
  met: number;
  convergedAgents: number;
  learningAgents: number;
  driftingAgents: number;
  starvedAgents: number;
}

/** What route goes by for a variant in a state: mean is the sum of each level's weight times its value. */
export interface Belief {
  flags: number;
  agent: number;
  taskType: number;
  variant: number;
  labels: number[];
  /** At the same task before. */
  attempts: number;
  /** Bit i: variant i was among these. */
  triedVariants: bigint;
  stateVisits: number;
  agentVisits: number;
  mean: number;
  deviation: number;
  stateValue: number;
  stateWeight: number;
  agentValue: number;
  agentWeight: number;
  priorValue: number;
  priorWeight: number;
  categoryValue: number;
  categoryWeight: number;
  fleetValue: number;
  fleetWeight: number;
  categoryVisits: number;
  fleetVisits: number;
}

/** What is to be learned again; left out: one batch of 32 outcomes, drawn alike from all. */
export interface ReplayRequest {
  mode?: number;
  agent?: Ref;
  batches?: number;
  batchSize?: number;
  /** Newest outcomes to draw from; 0 = all. */
  pool?: number;
  /** The same one draws alike; 0 = the library's own. */
  seed?: Wide;
  /** Prioritized: how much the error counts, 0 .. 1; 0.6 unless said. */
  alpha?: number;
  /** Prioritized: how far weights make good for that, 0 .. 1; 1 unless said. */
  beta?: number;
}

/** What was learned again. */
export interface ReplayReport {
  flags: number;
  outcomes: number;
  sampled: number;
  distinct: number;
  skippedUnlearned: number;
  skippedSuperseded: number;
  skippedNoValue: number;
  skippedUnreadable: number;
  missing: number;
  valuesChanged: number;
  generation: number;
  snapshot: number;
  errorBefore: number;
  errorAfter: number;
}
