// What the calls of names.h give.

/** An agent, task type and so on: its name, or its id. Names are looked up once for each state. */
export type Ref = number | string;
/** 64 bits: a safe integer or a BigInt. */
export type Wide = number | bigint;

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
