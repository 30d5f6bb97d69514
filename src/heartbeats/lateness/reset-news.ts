import type { ResetFacts } from '../../domain/resets.js';
import { utc } from './times.js';

/** What administrators are told of a reset of the live cache, and how to undo it. */
export function resetNews({ reset, at, actor, reason, dropped, undo_until }: ResetFacts) {
  return {
    subject: 'the live cache was reset',
    lines: [
      `The live cache was reset: ${dropped} ${dropped === 1 ? 'observation was' : 'observations were'} dropped, and its events are closed.`,
      '',
      `When:             ${utc(at)}`,
      `By:               ${actor}`,
      `Why:              ${reason}`,
      '',
      `It can be undone until ${utc(undo_until)}. Observations that have not expired and were not retracted come back with`,
      '',
      `  snews reset --undo ${reset}`,
      '',
      `or over REST: POST /v1/admin/resets/${reset}/undo.`,
    ],
  };
}
