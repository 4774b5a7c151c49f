// The same for import: one instance serves both ways.
import remora from './index.js';

export const {
  Library, Pending, RemoraError, State, load, open, unitKey, Status, Kind, VariantFlag, OpenFlag, Durability,
  DecisionFlag, Reason, Mode, OutcomeFlag, SafetyReason, RolloutState, RolloutReason, RolloutCommand,
  SnapshotKind, ReplayMode, Settled, Verdict, EventKind, Severity, MAX_LABELS, MAX_METRICS, MAX_NAME_BYTES, MAX_STAGES, MAX_VARIANTS, NONE,
  TREATMENT_LEARNED, ABI_MAJOR, ABI_MINOR, ABI_VERSION,
} = remora;
export default remora;
