// What goes into the calls of route.h and what comes out of them.
import type { Ref, Wide } from './names.js';

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

export interface Classification {
  taskType: number;
  confidence: number;
  runnerUp: number;
  score: number;
  runnerUpScore: number;
}
