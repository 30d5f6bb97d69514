import type pg from 'pg';
import { asDatabaseAway, isOutdatedSession, isRetriable } from '../../database/away.js';
import { createRepository, type Repository } from '../store/repository.js';

const MOST_TRIES = 6;
/** Prepared like the statements behind it, so that it leaves together with them. */
const BEGIN = { name: 'begin', text: 'BEGIN' };

/**
 * Runs `work` in a transaction and commits; tries again where it lost against another one, or on a session that knows the
 * tables as they were (then nothing of it has happened). What `work` sends without awaiting travels together.
 * @throws DatabaseAway if the database can't be reached or gives up; whether it committed is then unknown
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
  // A connection that breaks between two statements says so by an event: unheard, it would end the process.
  const onError = (error: Error) => {
    broken = error;
  };
  client.on('error', onError);
  try {
    const tx = createRepository(client);
    const [, result] = await Promise.all([client.query(BEGIN), work(tx)]);
    const commit = client.query('COMMIT');
    // A statement that failed turns the commit behind it into a rollback: its own error tells more.
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
