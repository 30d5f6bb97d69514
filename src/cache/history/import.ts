import type pg from 'pg';
import { share } from '../../database/replica-lock.js';
import type { ArchiveCommand, ObserveCommand } from '../../domain/commands.js';
import { addDuration, type Duration, type Instant } from '../../domain/time.js';
import { inTransaction } from '../commit/transaction.js';
import { arrivalOf, timesOfObservation } from '../store/arrival.js';
import { heartbeatOfMessage, writeHeartbeats } from '../store/heartbeat-rows.js';
import { type MessageRecord, messageColumns, observationColumns } from '../store/message-rows.js';
import { observationRecordOf, unnumberedRecord } from '../store/records.js';
import type { Repository } from '../store/repository.js';
import type { Statement } from '../store/statement.js';
import * as sql from '../store/write-statements.js';

/** Which messages are stored already, and with what content. $1 uuids */
const KNOWN_MESSAGES: Statement = {
  name: 'known-messages',
  text: 'SELECT uuid, fingerprint FROM message WHERE uuid = ANY($1::uuid[])',
};

/** The advisory lock of imports: one runs after the other. Any number serves. */
const IMPORT_LOCK = 7_041_988;

/** What became of the messages of an import. */
export interface Taken {
  readonly taken: number;
  /** They were stored before, or are twice in the import. */
  readonly known: number;
  /** Their uuid is stored with other content. */
  readonly conflicting: number;
}

/**
 * Imports the messages of another server as history. They are no commands: they cause no sub-group, number or alert, and
 * the consistency check gives the same result before and after. Each batch is a transaction of its own, and a message that
 * is stored already is skipped, so an import that was interrupted can be repeated.
 */
export function createImport(pool: pg.Pool, expiration: Duration) {
  return {
    /** Runs `work` while no other import and no `cache switch` runs. */
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

    /** The registered detectors. */
    async detectors(): Promise<ReadonlySet<string>> {
      const { rows } = await pool.query<{ name: string }>('SELECT name FROM detector');
      return new Set(rows.map(({ name }) => name));
    },

    /**
     * The first number for `count` imported observations: all are below the numbers that exist. Observations that this
     * server received count from 1; imported ones were received earlier, so they come before them.
     */
    async firstNumber(count: number): Promise<number> {
      const { rows } = await pool.query<{ least: bigint }>(
        `SELECT least(coalesce(min(command), 0), 0) AS least FROM observation WHERE cache = 'live'`,
      );
      return Number(rows[0]?.least ?? 0n) - count;
    },

    /** A dry run: what would become of them. */
    look: (commands: readonly (ObserveCommand | ArchiveCommand)[]): Promise<Taken> =>
      inTransaction(pool, async (tx) => (await sort(tx, commands)).outcome),

    /** @param number of the first one; the others are numbered on from it */
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

    /** Heartbeats of the live cache; a detector's status takes them by their time of receipt. */
    heartbeats: (commands: readonly ArchiveCommand[]): Promise<Taken> =>
      inTransaction(pool, async (tx) => {
        const { fresh, outcome } = await sort(tx, commands);
        if (fresh.length === 0) return outcome;
        tx.send(sql.WRITE_MESSAGES, messageColumns(fresh.map(({ record }) => record)));
        const now = new Date();
        writeHeartbeats(
          tx,
          fresh.flatMap(({ command }) => heartbeatOfMessage(command, now)),
        );
        return outcome;
      }),
  };
}

export type Import = ReturnType<typeof createImport>;

/** When it expired, or would have. */
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
