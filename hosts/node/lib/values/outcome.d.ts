// What goes into the calls of outcome.h and what comes out of them.
import type { Ref, Wide } from './names.js';

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
