import type pg from 'pg';
import { share } from '../../database/replica-lock.js';
import type { ArchiveCommand, ObserveCommand } from '../../domain/commands.js';
import { addDuration, type Duration, type Instant } from '../../domain/time.js';
import { inTransaction } from '../commit/transaction.js';
import { arrivalOf, timesOfObservation } from '../store/arrival.js';
import { beatOfHeartbeat, writeBeats } from '../store/heartbeats.js';
import { type MessageRecord, messageColumns, observationColumns } from '../store/message-rows.js';
import { observationRecordOf, unnumberedRecord } from '../store/records.js';
import type { Repository } from '../store/repository.js';
import type { Statement } from '../store/statements.js';
import * as sql from '../store/write-statements.js';

/** Which of some messages are here, and with what content. $1 uuids */
const KNOWN_MESSAGES: Statement = {
  name: 'known-messages',
  text: 'SELECT uuid, fingerprint FROM message WHERE uuid = ANY($1::uuid[])',
};

/** Any number that all imports agree on: one runs after the other. */
const IMPORT_LOCK = 7_041_988;

/** What became of messages that were to be taken. */
export interface Taken {
  readonly taken: number;
  /** They were here before, or came twice. */
  readonly known: number;
  /** Their uuid is here with other content. */
  readonly conflicting: number;
}

/**
 * Takes over the messages of another server as history. They are no commands: no table, number or alert follows from
 * them, and what is recomputed of the commands is the same before and after. Each batch is a transaction of its own,
 * and a message that is here is not taken again, so an import that broke off can be repeated.
 */
export function createImport(pool: pg.Pool, expiration: Duration) {
  return {
    /** Runs `work` while no other import does, and while the caches aren't rebuilt. */
    async alone<T>(work: () => Promise<T>): Promise<T> {
      const client = await pool.connect();
      try {
        await share(client);
        await client.query('SELECT pg_advisory_lock($1)', [IMPORT_LOCK]);
        return await work();
      } finally {
        // The locks go with the connection.
        client.release(true);
      }
    },

    /** The detectors that are known here. */
    async detectors(): Promise<ReadonlySet<string>> {
      const { rows } = await pool.query<{ name: string }>('SELECT name FROM detector');
      return new Set(rows.map(({ name }) => name));
    },

    /**
     * Where observations may be numbered from: below all that there are. Those that came here count from 1, and those
     * that were received before any of them stand before them.
     */
    async firstNumber(count: number): Promise<number> {
      const { rows } = await pool.query<{ least: bigint }>(
        `SELECT least(coalesce(min(command), 0), 0) AS least FROM observation WHERE cache = 'live'`,
      );
      return Number(rows[0]?.least ?? 0n) - count;
    },

    /** What would become of them, writing nothing. */
    look: (commands: readonly (ObserveCommand | ArchiveCommand)[]): Promise<Taken> =>
      inTransaction(pool, async (tx) => (await sort(tx, commands)).outcome),

    /** @param number of the first one; the others follow */
    observations: (commands: readonly ObserveCommand[], number: number): Promise<Taken> =>
      inTransaction(pool, async (tx) => {
        const { fresh, outcome } = await sort(tx, commands);
        if (fresh.length === 0) return outcome;
        tx.send(sql.WRITE_MESSAGES, messageColumns(fresh.map(({ record }) => record)));
        const numbers = new Map(commands.map((command, i) => [command.uuid, number + i]));
        const records = fresh.map(({ command }) =>
          observationRecordOf(command, numbers.get(command.uuid) as number, timesOfObservation(command), {
            expires_ns: expiryOf(command, expiration),
            state: 'expired',
            retracted_by: null,
          }),
        );
        tx.send(sql.WRITE_OBSERVATIONS, ['live', ...observationColumns(records)]);
        return outcome;
      }),

    /** Those of the live cache; they count for a detector's status by when they were received. */
    heartbeats: (commands: readonly ArchiveCommand[]): Promise<Taken> =>
      inTransaction(pool, async (tx) => {
        const { fresh, outcome } = await sort(tx, commands);
        if (fresh.length === 0) return outcome;
        tx.send(sql.WRITE_MESSAGES, messageColumns(fresh.map(({ record }) => record)));
        const now = new Date();
        writeBeats(
          tx,
          fresh.flatMap(({ command }) => beatOfHeartbeat(command, now)),
        );
        return outcome;
      }),
  };
}

export type Import = ReturnType<typeof createImport>;

/** When it went out of the tables, or would have. */
export function expiryOf({ receivedTime }: ObserveCommand, expiration: Duration): Instant {
  return addDuration(receivedTime, expiration);
}

async function sort<Command extends ObserveCommand | ArchiveCommand>(tx: Repository, commands: readonly Command[]) {
  const rows: { uuid: string; fingerprint: string }[] = await tx.query(KNOWN_MESSAGES, [
    commands.map(({ uuid }) => uuid),
  ]);
  const prints = new Map(rows.map((row) => [row.uuid, row.fingerprint]));
  const fresh: { readonly command: Command; readonly record: MessageRecord }[] = [];
  let known = 0;
  let conflicting = 0;
  for (const command of commands) {
    const record = unnumberedRecord(command, arrivalOf(command));
    const before = prints.get(command.uuid);
    if (before === undefined) {
      prints.set(command.uuid, record.fingerprint);
      fresh.push({ command, record });
    } else if (before === record.fingerprint) known++;
    else conflicting++;
  }
  return { fresh, outcome: { taken: fresh.length, known, conflicting } };
}
