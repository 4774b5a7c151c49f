/// <reference lib="esnext.disposable" />
// The public API of Remora for Node. Methods are the C functions of the same names; include/remora says what each does.
export * from './constants.js';
export * from './values.js';
import type {
  Agent, Belief, Classification, Control, Convergence, Decision, Evaluation, Event, Gate, OpenOptions, Outcome, QCell, Ref, ReplayReport, ReplayRequest, Report, Reward, RolloutStatus, SafetyVerdict, SnapshotInfo,
  Stage, Stats, Task, TickReport, Variant, Wide,
} from './values.js';

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
  /** Name and clause of a status code. */
  statusText(code: number): string;
  /** Size of a struct of the C headers ("remora_task") as the library knows it. */
  structSize(name: string): number;
  /** Opens a state directory, creating it when there is none. */
  open(directory: string, options?: OpenOptions): State;
}

/** A task under way: routed when made, recorded once by dispose (or `using`). Without a report it is abandoned. */
export class Pending {
  readonly decision: Decision;
  readonly variant: number;
  readonly variantName: string;
  /** The shadow run that the decision asks for, as a task of its own; null where none is asked for. Not taken, it is abandoned. */
  takeShadow(): Pending | null;
  /** Says how it went. The last report counts. */
  report(outcome?: Report): void;
  /** Records what was reported, and abandons what was not. Further calls do nothing. */
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
  /** Waits for calls in flight on it, syncs, closes. Closing twice does nothing. */
  close(): void;
  [Symbol.dispose](): void;

  /** Finds or makes the id of a category, task type, label or metric (Kind). */
  intern(kind: number, name: string): number;
  /** The id of a name of any kind; an error when there is none. */
  find(kind: number, name: string): number;
  /** The text of an id. */
  nameOf(id: number): string;
  /** Registers an agent, or finds it; gives its id. */
  agentRegister(name: string, category?: Ref): number;
  /** Registers a variant, or finds it and takes over tier, cost and flags. */
  variantRegister(agent: Ref, name: string,
    options?: { tier?: number; costMicros?: number; baseline?: boolean; retired?: boolean }): Variant;
  /** Registers an agent and its variants; the first is the baseline when the agent is new. */
  agentDefine(agent: string, variants: readonly string[]): number;
  /** The name of a variant. */
  variantName(agent: Ref, variant: number): string;
  /** The index of a variant by its name. An index is given back as it is. */
  variantIndex(agent: Ref, variant: Ref): number;
  /** An agent as the state knows it. */
  agentInfo(agent: Ref): Agent;
  /** A variant with its figures. */
  variantInfo(agent: Ref, variant: Ref): Variant;
  /** The ids of a kind. */
  listNames(kind: number): IterableIterator<number>;

  /** Chooses a variant (and without an agent the agent too) and opens a decision. A RemoraError has the safe choice in `decision`. */
  route(task?: Task): Decision;
  /** route with names alone; an unknown task type is made at its first use. */
  routeNamed(agent: string, taskType?: string, unitKey?: Wide): Decision;
  /** Routes many tasks in one call. A RemoraError has every decision in `results`. */
  routeBatch(tasks: readonly Task[]): Decision[];
  /**
   * What another configuration's learning ('': the one in force) would have brought, by the recorded outcomes. Throws with Status.STATE
   * when they cannot bear an estimate.
   */
  evaluate(configuration?: string, asked?: { agent?: Ref; seed?: number; resamples?: number; leastEffective?: number; warmUp?: number }): Evaluation;
  /** What route would go by for a variant in a state, and how much of it comes from which level. */
  explain(agent: Ref, variant: Ref, state?: { taskType?: Ref; labels?: readonly Ref[]; attempts?: number; triedVariants?: Wide }): Belief;
  /** How far learning is: of the fleet, of an agent, or of one of its variants in one state. */
  convergenceGet(question?: { agent?: Ref; variant?: Ref; taskType?: Ref; labels?: readonly Ref[] }): Convergence;
  /** Learns once more from outcomes that the history still holds, by the reward weights of now. */
  replay(request?: ReplayRequest): ReplayReport;
  /** The task type of a text and file names. Nothing of the text is kept. */
  classify(text: string, files?: readonly string[]): Classification;
  /** Adds a rule to the classifier of this process; gives the task type's id. */
  taskRuleAdd(taskType: string, keywords: readonly string[], patterns?: readonly string[], weight?: number): number;
  /** Records one outcome, exactly once a decision, from any process. */
  recordOutcome(outcome: Outcome): Reward;
  /** Records many; those without fault are recorded also when one fails. */
  recordOutcomeBatch(outcomes: readonly Outcome[]): Reward[];
  /** recordOutcome for the most frequent case. */
  recordResult(decisionId: number, success: boolean, durationNs?: number): void;

  /** May this variant run, with the figures behind the answer. A RemoraError has the safe answer in `verdict`. */
  safetyCheck(agent: Ref, variant: Ref, nowNs?: Wide): SafetyVerdict;
  /** Keeps a variant out until variantUnblock. */
  variantBlock(agent: Ref, variant: Ref): void;
  /** Lets a variant back in with an empty window. */
  variantUnblock(agent: Ref, variant: Ref): void;
  /** Starts a rollout under a name that is new; gives its id. Without a treatment it is learned routing itself, without stages those of the configuration. */
  rolloutStart(name: string, plan: { agent: Ref; treatment?: Ref; stages?: readonly Stage[]; nowNs?: Wide }): number;
  /** Is this unit in the rollout of the agent. A RemoraError has the safe answer in `gate`. */
  rolloutGate(agent: Ref, unitKey: Wide): Gate;
  /** Advances, pauses, resumes or rolls back by hand (RolloutCommand). */
  rolloutCommand(rollout: Ref, command: number, nowNs?: Wide): void;
  /** Where a rollout stands. */
  rolloutStatus(rollout: Ref): RolloutStatus;

  /** Writes, verifies and keeps a snapshot of the learned values. */
  snapshot(): SnapshotInfo;
  /** Checks a snapshot file completely and changes nothing. Relative paths count from the state directory. */
  snapshotVerify(path: string): SnapshotInfo;
  /** The snapshots kept, newest first. */
  snapshotList(): SnapshotInfo[];
  /** The path of a kept snapshot, relative to the state directory. */
  snapshotPath(sequence: number): string;
  /** Replaces the learned values by those of a snapshot, for every process at its next call. */
  restore(path: string): SnapshotInfo;
  /** Does the housekeeping that is due. Recording does so by itself, unless the state was opened with NO_AUTO_TICK. */
  tick(options?: { nowNs?: Wide; budgetNs?: Wide }): TickReport;
  /** Throws the kill switch or sets the mode, for every process at its next call. What is left out is normal. */
  controlSet(control?: { enabled?: boolean; learning?: boolean; mode?: number }): void;
  /** What is in force for this process. */
  controlGet(): Control;
  /** Applies a configuration (the content of remora.json); without one, reads the file again. */
  configure(text?: string): void;
  /** All learned values. */
  qCells(): IterableIterator<QCell>;
  /** Events from a sequence number on; go on later at the last one's sequence + 1. */
  events(since?: number): IterableIterator<Event>;
  /** An event as one line of JSON, names resolved. */
  eventText(event: Event): string;
  /** Figures of the whole state directory. */
  statsGet(): Stats;
  /** All metrics in the Prometheus text format. */
  metricsText(): string;
  /** Takes the oldest log lines of this process, at most `capacity` bytes of them. */
  logDrain(capacity?: number): string[];
  /** Sends log lines of at least `level` (0 trace .. 5 critical) to the listener, or to none. It is called from inside calls on this state, never from the frequent ones. */
  logCallback(listener: ((level: number, text: string) => void) | null, level?: number): void;

  /** Routes a task that reports itself. Remora's own failures are warnings of the process; the task then runs the baseline. */
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
/** The unitKey of a unit that has a name, such as a user's id: a hash of 64 bits, the same in every host language. Never 0. */
export function unitKey(name: string): bigint;
