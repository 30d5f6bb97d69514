import type pg from 'pg';
import { LOCK_DETECTORS } from '../store/heartbeat-statements.js';
import * as sql from '../store/stream-statements.js';
import { StreamPositions } from './stream-positions.js';
import type { Stretch, StretchOutcome } from './stretch.js';
import { inTransaction } from './transaction.js';

/**
 * Takes all locks that a stretch takes and writes its position unchanged. It fails if the stretch would fail for a reason
 * other than its contents.
 * @throws the error of the database
 */
export function probeLocks(pool: pg.Pool, stretch: Stretch): Promise<StretchOutcome> {
  const empty: Stretch = { ...stretch, next: stretch.expected, items: [] };
  return inTransaction(pool, async (tx) => {
    const positions = await StreamPositions.lock(tx, [empty]);
    if (!positions.isOurs(empty)) return positions.outcomeOf(empty);
    if (stretch.lane === 'retraction') await tx.lockAllCaches();
    else if (stretch.lane !== 'archive') await tx.lockCache(stretch.lane);
    await tx.query(sql.LOCK_WRITTEN_TABLES, []);
    await tx.query(LOCK_DETECTORS, [detectorsOf(stretch)]);
    positions.write(new Date());
    return positions.outcomeOf(empty);
  });
}

function detectorsOf({ items }: Stretch): string[] {
  return items.flatMap((item) =>
    'command' in item && 'detectorName' in item.command ? (item.command.detectorName ?? []) : [],
  );
}
