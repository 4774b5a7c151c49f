// Compiled, not run: the types say what hosts do with them.
import remora = require('remora');

const state: remora.State = remora.open('remora-state', { flags: remora.OpenFlag.EXISTING });
const decision: remora.Decision = state.route({ agent: 'a', unitKey: remora.unitKey('user-42'), draw: 7 });
const id: number = decision.decisionId;
const reward: number = state.recordOutcome({ decisionId: id, success: true, metrics: { lint: 1 } }).reward;
const write = state.agent('writer', ['plain'], { outcome: (words: string) => ({ quality: words.length }) },
  async (variant, subject: string) => `${variant} ${subject} ${reward}`);
const said: Promise<string> = write('snow');
// @ts-expect-error: a success is no number of quality
state.recordOutcome({ decisionId: id, quality: true });
// @ts-expect-error: points in time are BigInts
const when: number = state.snapshot().takenNs;
function scoped(): number {
  using task = state.task({ agent: 'a' });
  task.report({ metrics: new Map<remora.Ref, number>([['lint', 1], [7, 2]]) });
  return task.variant;
}
export { said, scoped, when };
