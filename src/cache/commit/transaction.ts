import type pg from 'pg';
import { asDatabaseAway, isOutdatedSession, isRetriable } from '../../database/away.js';
import { Repository } from '../store/repository.js';

const MOST_TRIES = 6;
/** A named statement, so that it is sent together with the statements behind it. */
const BEGIN = { name: 'begin', text: 'BEGIN' };

/**
 * Runs `work` in a transaction and commits. Runs it again after a serialization failure or a deadlock, and on a session
 * whose prepared statements are out of date. Statements that `work` sends without awaiting travel together.
 * @throws DatabaseAway if the database cannot be reached or fails; it is then unknown whether it has committed
 */
export async function inTransaction<T>(pool: pg.Pool, work: (tx: Repository) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await once(pool, work);
    } catch (error) {
      const isWorthwhile = isRetriable(error) || isOutdatedSession(error);
      if (!isWorthwhile || tries === MOST_TRIES) throw asDatabaseAway(error);
    }
  }
}

async function once<T>(pool: pg.Pool, work: (tx: Repository) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // A connection that breaks between two statements emits an event, which would end the process without a listener.
  const onError = (error: Error) => {
    broken = error;
  };
  client.on('error', onError);
  try {
    const tx = new Repository(client);
    const [, result] = await Promise.all([client.query(BEGIN), work(tx)]);
    const commit = client.query('COMMIT');
    // A failed statement turns the commit behind it into a rollback. Its own error is the one to report.
    await tx.allSent().catch(async (error) => {
      await commit;
      throw error;
    });
    const { command } = await commit;
    if (command !== 'COMMIT') throw new Error(`the transaction ended with ${command}`);
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((failed: Error) => {
      broken = failed;
    });
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}
