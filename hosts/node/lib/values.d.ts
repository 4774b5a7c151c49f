// What goes into the calls and what comes out of them. Fields are those of the C structs, whose headers explain them.

/** An agent, task type and so on: its name, or its id. Names are looked up once for each state. */
export type Ref = number | string;
/** 64 bits: a safe integer or a BigInt. */
export type Wide = number | bigint;

export interface Task {
  /** Without one, the agent is chosen too, among those of `category` or all. */
  agent?: Ref;
  taskType?: Ref;
  /** User, session or episode, for sticky assignment; of a name: unitKey(name). */
  unitKey?: Wide;
  labels?: readonly Ref[];
  /** Bit i allows variant i; 0 = all. */
  allowedVariants?: Wide;
  category?: Ref;
  /** Nanoseconds since 1970; 0 = the library's clock. */
  nowNs?: Wide;
  /** Random draw for a repeatable decision; 0 = the library's own generator. */
  draw?: Wide;
  /** Of the same task: this is another attempt at it. Counts where learning.cascade says so. */
  previousDecision?: number;
}

export interface Decision {
  flags: number;
  /** A safe integer. Report the outcome under it; 0 = not tracked. */
  decisionId: number;
  shadowDecisionId: number;
  agent: number;
  taskType: number;
  /** Run this one. */
  variant: number;
  baselineVariant: number;
  learnedVariant: number;
  shadowVariant: number;
  reason: number;
  mode: number;
  qValue: number;
  propensity: number;
  epsilon: number;
  visits: number;
  rollout: number;
  stage: number;
  explored: boolean;
  monitored: boolean;
  wantsShadow: boolean;
}

/** What the host saw; undefined means not given. */
export interface Report {
  success?: boolean;
  durationNs?: number;
  quality?: number;
  errorCount?: number;
  costMicros?: number;
  tokensIn?: number;
  tokensOut?: number;
  criticalError?: boolean;
  safetyViolation?: boolean;
  complaint?: boolean;
  userCorrections?: number;
  userRating?: number;
  toolCallsCorrect?: number;
  toolCallsTotal?: number;
  /** By name, or in a Map by name or id. */
  metrics?: Readonly<Record<string, number>> | ReadonlyMap<Ref, number>;
  /** The state that follows: by names, or that of a decision (next step, retry, escalation). */
  next?: { agent?: Ref; taskType?: Ref; labels?: readonly Ref[]; decision?: number };
  /** The task was not run: frees the decision, teaches nothing. */
  abandoned?: boolean;
  /** Which report of its decision this is, 1 .. 7, where several are taken (learning.join): each counts once. 0 or left out: the next one. */
  report?: number;
  nowNs?: Wide;
}

export interface Outcome extends Report {
  /** 0 or left out: by the names below. */
  decisionId?: number;
  agent?: Ref;
  variant?: Ref;
  taskType?: Ref;
  labels?: readonly Ref[];
}

export interface Reward {
  flags: number;
  learned: boolean;
  reward: number;
  target: number;
  qBefore: number;
  qAfter: number;
  successTerm: number;
  qualityTerm: number;
  timeTerm: number;
  errorTerm: number;
  costTerm: number;
  tokensTerm: number;
  visits: number;
}

export interface Classification {
  taskType: number;
  confidence: number;
  runnerUp: number;
  score: number;
  runnerUpScore: number;
}

export interface SafetyVerdict {
  allowed: boolean;
  reason: number;
  safeVariant: number;
  windowCount: number;
  windowSuccesses: number;
  hourCount: number;
  hourSuccesses: number;
  dayCount: number;
  daySuccesses: number;
  successRate: number;
  intervalLow: number;
  intervalHigh: number;
  minimum: number;
  blockedSinceNs: bigint;
  probationNs: bigint;
}

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

export interface Agent {
  flags: number;
  agent: number;
  category: number;
  variantCount: number;
  baselineVariant: number;
  safeVariant: number;
  rollout: number;
  blockedVariants: bigint;
  retiredVariants: bigint;
}

export interface Variant {
  flags: number;
  agent: number;
  variant: number;
  tier: number;
  blocked: boolean;
  costMicros: number;
  outcomes: number;
  successes: number;
  meanReward: number;
  meanDurationNs: number;
  meanCostMicros: number;
}

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
