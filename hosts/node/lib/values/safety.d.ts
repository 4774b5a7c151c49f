// What the calls of safety.h give.

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
