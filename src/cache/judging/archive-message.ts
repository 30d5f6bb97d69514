import type pg from 'pg';
import { type ArchiveCommand, type ArchivedMessage, type ArchivedTier, Rejection } from '../../domain/commands.js';
import type { ArchiveAnswer } from '../../domain/views.js';
import { commitReport, fateOfArchived } from '../commit/commit-report.js';
import { createGroupCommit } from '../commit/group-commit.js';
import { collectDeadLetters, StreamPositions } from '../commit/stream-positions.js';
import { isStretch, type Stretch, type StretchOutcome } from '../commit/stretch.js';
import { inTransaction } from '../commit/transaction.js';
import { type CacheObserver, observed } from '../observer.js';
import { type Arrival, Arrivals } from '../store/arrival.js';
import { heartbeatOfMessage, writeHeartbeats } from '../store/heartbeat-rows.js';
import { isFormerlyKnown, type Known, uuidsOf } from '../store/known.js';
import { type MessageRecord, messageColumns } from '../store/message-rows.js';
import * as sql from '../store/read-statements.js';
import { unnumberedRecord } from '../store/records.js';
import type { Repository } from '../store/repository.js';
import { WRITE_ARCHIVE } from '../store/write-statements.js';
import { requireKnownDetector } from './admission.js';
import { QuotaBook, type QuotaKind } from './quota.js';

type Entry = ArchiveCommand | Stretch;

/**
 * Stores messages that change no sub-group: heartbeats, series, and commands over Kafka. They need no lock of a cache.
 * @param quota messages of a kind per detector and minute; 0: no limit
 */
export function createArchive(pool: pg.Pool, quota: number, observer: CacheObserver) {
  const queue = createGroupCommit<Entry, ArchiveAnswer | StretchOutcome>(async (entries) => {
    const work = () => commitOnce(entries);
    return (await observed(observer, 'none', work, ({ report }) => report())).settled;
  });

  function commitOnce(entries: readonly Entry[]) {
    return inTransaction(pool, async (tx) => {
      const now = new Date();
      const positions = await StreamPositions.lock(tx, entries.filter(isStretch));
      const standing = entries.filter((entry) => !isStretch(entry) || positions.isOurs(entry));
      const answers = await keepAll(tx, standing.flatMap(commandsOf), quota, now);
      const fates = new Map([...answers].map(([command, answer]) => [command, fateOfArchived(answer)]));
      const settled = entries.map((entry): PromiseSettledResult<ArchiveAnswer | StretchOutcome> => {
        if (!isStretch(entry)) return settledBy(answers.get(entry) as ArchiveAnswer | Rejection);
        if (positions.isOurs(entry))
          collectDeadLetters(positions, entry, (command) => fates.get(command as ArchiveCommand));
        return { status: 'fulfilled', value: positions.outcomeOf(entry) };
      });
      positions.write(now);
      const report = () =>
        commitReport({
          commands: fates,
          stretches: standing.filter(isStretch).map((stretch) => [stretch, positions.outcomeOf(stretch)]),
        });
      return { settled, report };
    });
  }

  return {
    keep: (command: ArchiveCommand) => queue.submit(command) as Promise<ArchiveAnswer>,
    take: (stretch: Stretch) => queue.submit(stretch) as Promise<StretchOutcome>,
  };
}

function commandsOf(entry: Entry): ArchiveCommand[] {
  if (!isStretch(entry)) return [entry];
  return entry.items.flatMap((item) => ('command' in item && item.command.kind === 'archive' ? [item.command] : []));
}

function settledBy(answer: ArchiveAnswer | Rejection): PromiseSettledResult<ArchiveAnswer> {
  return answer instanceof Rejection ? { status: 'rejected', reason: answer } : { status: 'fulfilled', value: answer };
}

/** A message that is stored for the first time. */
interface Fresh {
  readonly command: ArchiveCommand;
  readonly arrival: Arrival;
  readonly record: MessageRecord;
}

/** Returns each command's answer, or its rejection. */
async function keepAll(
  tx: Repository,
  commands: readonly ArchiveCommand[],
  quota: number,
  now: Date,
): Promise<Map<ArchiveCommand, ArchiveAnswer | Rejection>> {
  const answers = new Map<ArchiveCommand, ArchiveAnswer | Rejection>();
  if (commands.length === 0) return answers;
  const arrivals = new Arrivals();
  const [context] = await tx.query(sql.ARCHIVE_CONTEXT, [
    uuidsOf(commands),
    detectorsOf(commands),
    [...new Set(commands.map((command) => arrivals.of(command).minute))],
  ]);
  const book = new QuotaBook(quota, context.minutes);
  const known = new Map<string, Known>(context.known.map((message: Known) => [message.uuid, message]));
  const fresh: Fresh[] = [];
  for (const command of commands) {
    const arrival = arrivals.of(command);
    const record = unnumberedRecord(command, arrival);
    const before = known.get(command.uuid);
    try {
      if (before !== undefined && before.fingerprint !== record.fingerprint) throw conflict(command);
      const duplicate = before !== undefined || isFormerlyKnown(command.formerUuid, arrival, known);
      if (!duplicate) {
        if (command.isOutdated !== true) requireKnownDetector(command, context.detectors);
        const counted = countedKind(command);
        if (counted !== undefined) book.take(counted.kind, counted.command, arrival);
        known.set(command.uuid, record);
        fresh.push({ command, arrival, record });
      }
      answers.set(command, { duplicate, uuid: command.uuid });
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
      answers.set(command, error);
    }
  }
  if (fresh.length > 0) {
    const heard = detectorsOf(fresh.flatMap(({ command }) => (command.isOutdated === true ? [] : [command])));
    // Must be first: it locks detectors in the order of their names. The statements behind it wait for no detector.
    writeHeartbeats(
      tx,
      fresh.flatMap(({ command }) => heartbeatOfMessage(command, now)),
    );
    await tx.query(WRITE_ARCHIVE, [
      ...messageColumns(fresh.map(({ record }) => record)),
      heard,
      now,
      JSON.stringify(countsOf(fresh)),
    ]);
  } else if ([...answers.values()].some((answer) => !(answer instanceof Rejection))) {
    tx.confirm();
  }
  return answers;
}

const KINDS: Partial<Record<ArchivedTier, QuotaKind>> = {
  Heartbeat: 'heartbeats',
  TimingTier: 'timing series',
  SignificanceTier: 'significance series',
};

/** Undefined for messages without a quota: those of administrators, and those that name no detector. */
function countedKind(command: ArchiveCommand): { kind: QuotaKind; command: ArchivedMessage } | undefined {
  const kind = KINDS[command.tier];
  return kind === undefined || !isOfDetector(command) ? undefined : { kind, command };
}

function isOfDetector(command: ArchiveCommand): command is ArchivedMessage {
  return command.detectorName !== null;
}

function countsOf(fresh: readonly Fresh[]) {
  return fresh.flatMap(({ command, arrival }) => {
    const kind = countedKind(command)?.kind;
    return kind === undefined ? [] : { kind, detector: command.detectorName, minute: arrival.minute };
  });
}

function detectorsOf(commands: readonly ArchiveCommand[]): string[] {
  return [...new Set(commands.flatMap(({ detectorName }) => detectorName ?? []))];
}

function conflict(command: ArchiveCommand): Rejection {
  return new Rejection('conflict', `the uuid ${command.uuid} was used before for a message with other content`, 'uuid');
}
