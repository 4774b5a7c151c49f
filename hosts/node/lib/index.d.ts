/// <reference lib="esnext.disposable" />
// The public API of Remora for Node. Methods are the C functions of the same names; include/remora says what each does.
export * from './constants.js';

/** An agent, task type and so on: its name, or its id. Names are looked up once for each state. */
export type Ref = number | string;
/** 64 bits: a safe integer or a BigInt. */
export type Wide = number | bigint;

export interface Task {
  /** Without one, the agent is chosen too, among those of `category` or all. */
  agent?: Ref;
  taskType?: Ref;
  /** User, session or episode, for sticky assignment. */
  unitKey?: Wide;
  labels?: readonly Ref[];
  /** Bit i allows variant i; 0 = all. */
  allowedVariants?: Wide;
  category?: Ref;
  /** Nanoseconds since 1970; 0 = the library's clock. */
  nowNs?: Wide;
  /** Random draw for a repeatable decision; 0 = the library's own generator. */
  draw?: Wide;
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
  next?: { agent?: Ref; taskType?: Ref; labels?: readonly Ref[] };
  /** The task was not run: frees the decision, teaches nothing. */
  abandoned?: boolean;
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

export interface SnapshotInfo {
  kind: number;
  sequence: number;
  takenNs: bigint;
  rows: number;
  visits: number;
  bytes: number;
  generation: number;
  checksum: number;
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
  durability?: number;
  /** Capacities count only when this call makes the state; 0 takes the defaults. */
  states?: number;
  ledgerSlots?: number;
  names?: number;
  syncIntervalNs?: Wide;
}

/** A call failed. The message is the library's: what was wrong, with which value, and what to do. */
export class RemoraError extends Error {
  /** Of Status. */
  status: number;
  /** "REMORA_E_NOT_FOUND" and so on. */
  code: string;
  osErrno: number;
  /** route only: the safe choice to go on with. */
  decision?: Decision;
  /** safetyCheck only: the safe answer, "not allowed". */
  verdict?: SafetyVerdict;
  /** rolloutGate only: the safe answer, "not inside". */
  gate?: Gate;
  /** Batches only: the answers, those of the failed items included. */
  results?: Decision[] | Reward[];
  done?: number;
  firstFailed?: number;
}

export interface LoadOptions {
  /** Without one, REMORA_LIBRARY, the package's own folder and the system are searched. */
  path?: string;
  /** true insists on the addon, false calls through koffi alone; left out, the addon is taken where it was built. */
  native?: boolean;
}

/** The loaded plugin. */
export class Library {
  constructor(options?: LoadOptions);
  readonly path: string;
  /** Whether the addon makes the hot calls. */
  readonly native: boolean;
  readonly abiVersion: number;
  readonly version: string;
  statusText(code: number): string;
  structSize(name: string): number;
  open(directory: string, options?: OpenOptions): State;
}

/** A task under way: routed when made, recorded once by dispose (or `using`). Without a report it is abandoned. */
export class Pending {
  readonly decision: Decision;
  readonly variant: number;
  readonly variantName: string;
  report(outcome?: Report): void;
  dispose(): void;
  [Symbol.dispose](): void;
}

/** An open state directory. */
export class State {
  private constructor();
  readonly library: Library;
  readonly directory: string;
  readonly handle: number;
  readonly isOpen: boolean;
  close(): void;
  [Symbol.dispose](): void;

  intern(kind: number, name: string): number;
  find(kind: number, name: string): number;
  nameOf(id: number): string;
  agentRegister(name: string, category?: Ref): number;
  variantRegister(agent: Ref, name: string,
    options?: { tier?: number; costMicros?: number; baseline?: boolean; retired?: boolean }): Variant;
  agentDefine(agent: string, variants: readonly string[]): number;
  variantName(agent: Ref, variant: number): string;
  variantIndex(agent: Ref, variant: Ref): number;
  agentInfo(agent: Ref): Agent;
  variantInfo(agent: Ref, variant: Ref): Variant;
  listNames(kind: number): IterableIterator<number>;

  route(task?: Task): Decision;
  routeNamed(agent: string, taskType?: string, unitKey?: Wide): Decision;
  routeBatch(tasks: readonly Task[]): Decision[];
  classify(text: string, files?: readonly string[]): Classification;
  taskRuleAdd(taskType: string, keywords: readonly string[], patterns?: readonly string[], weight?: number): number;
  recordOutcome(outcome: Outcome): Reward;
  recordOutcomeBatch(outcomes: readonly Outcome[]): Reward[];
  recordResult(decisionId: number, success: boolean, durationNs?: number): void;

  safetyCheck(agent: Ref, variant: Ref, nowNs?: Wide): SafetyVerdict;
  variantBlock(agent: Ref, variant: Ref): void;
  variantUnblock(agent: Ref, variant: Ref): void;
  rolloutStart(name: string, plan: { agent: Ref; treatment?: Ref; stages?: readonly Stage[]; nowNs?: Wide }): number;
  rolloutGate(agent: Ref, unitKey: Wide): Gate;
  rolloutCommand(rollout: Ref, command: number, nowNs?: Wide): void;
  rolloutStatus(rollout: Ref): RolloutStatus;

  snapshot(): SnapshotInfo;
  snapshotVerify(path: string): SnapshotInfo;
  snapshotList(): SnapshotInfo[];
  snapshotPath(sequence: number): string;
  restore(path: string): SnapshotInfo;
  tick(options?: { nowNs?: Wide; budgetNs?: Wide }): TickReport;
  controlSet(control?: { enabled?: boolean; learning?: boolean; mode?: number }): void;
  controlGet(): Control;
  configure(text?: string): void;
  qCells(): IterableIterator<QCell>;
  events(since?: number): IterableIterator<Event>;
  eventText(event: Event): string;
  statsGet(): Stats;
  metricsText(): string;
  logDrain(capacity?: number): string[];
  logCallback(listener: ((level: number, text: string) => void) | null, level?: number): void;

  task(task?: Task): Pending;
  /** Wraps run(variant, ...parameters): each call is routed, run, timed and recorded; options.outcome makes a report of a result. */
  agent<Parameters extends unknown[], Result>(name: string, variants: readonly string[],
    options: Omit<Task, 'agent'> & { outcome?: (result: Awaited<Result>) => Report },
    run: (variant: string, ...parameters: Parameters) => Result): (...parameters: Parameters) => Result;
}

/** The library, found and loaded once for the thread. */
export function load(options?: LoadOptions): Library;
/** Opens a state directory with the library that is found, or the one given. */
export function open(directory: string, options?: OpenOptions & { library?: Library }): State;
