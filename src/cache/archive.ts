import type pg from 'pg';
import { type ArchiveCommand, Refusal } from '../domain/commands.js';
import { toPosixMilliseconds } from '../domain/time.js';
import type { ArchiveAnswer } from '../domain/views.js';
import { requireKnownDetector } from './admission.js';
import { fingerprint, kindOf } from './fingerprint.js';
import { createGroupCommit } from './group-commit.js';
import * as sql from './statements.js';
import { inTransaction } from './transaction.js';
import { messagesJson } from './transcript.js';

/** Keeps messages that change no table; they need no cache's lock. */
export function createArchive(pool: pg.Pool) {
  const queue = createGroupCommit<ArchiveCommand, ArchiveAnswer>((commands) =>
    inTransaction(pool, async (tx) => {
      const uuids = commands.map(({ uuid }) => uuid);
      const detectors = [...new Set(commands.map(({ detectorName }) => detectorName))];
      const [context] = await tx.query(sql.ARCHIVE_CONTEXT, [uuids, detectors]);
      const known = new Map<string, string>(
        context.known.map((message: { uuid: string; fingerprint: string }) => [message.uuid, message.fingerprint]),
      );
      const fresh: ArchiveCommand[] = [];
      const results = commands.map((command): PromiseSettledResult<ArchiveAnswer> => {
        const print = fingerprint(command);
        const before = known.get(command.uuid);
        try {
          if (before !== undefined && before !== print) throw conflict(command);
          if (before === undefined) {
            requireKnownDetector(command, context.detectors);
            known.set(command.uuid, print);
            fresh.push(command);
          }
          return { status: 'fulfilled', value: { duplicate: before !== undefined, uuid: command.uuid } };
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          return { status: 'rejected', reason: error };
        }
      });
      if (fresh.length > 0) {
        const heard = [...new Set(fresh.map(({ detectorName }) => detectorName))];
        await tx.query(sql.WRITE_ARCHIVE, [messagesJson(fresh.map(toRecord)), heard, new Date()]);
      }
      return results;
    }),
  );
  return { keep: queue.submit };
}

function toRecord(command: ArchiveCommand) {
  return {
    uuid: command.uuid,
    kind: kindOf(command),
    command: null,
    cache: command.cache,
    detector: command.detectorName,
    received_at: new Date(toPosixMilliseconds(command.receivedTime)).toISOString(),
    fingerprint: fingerprint(command),
    argument: null,
    source: command.source,
    body: command.body,
  };
}

function conflict(command: ArchiveCommand): Refusal {
  return new Refusal('conflict', `the uuid ${command.uuid} was used before for a message with other content`, 'uuid');
}
