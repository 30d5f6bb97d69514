import { toFitText } from '../../domain/messages/fit-text.js';
import type { Repository } from '../store/repository.js';
import * as sql from '../store/stream-statements.js';
import type { Fate } from './commit-report.js';
import {
  errorOfRejection,
  type Letter,
  type RecordError,
  type StreamCommand,
  type StreamItem,
  type StreamPartition,
  type Stretch,
  type StretchOutcome,
} from './stretch.js';

/** Locks the positions of a batch's stretches, and writes them together with the dead letters. */
export class StreamPositions {
  private readonly deadLetters = new Map<Stretch, { readonly letter: Letter; readonly error: RecordError }[]>();
  private readonly ineffective = new Map<Stretch, Set<StreamItem>>();

  private constructor(
    private readonly tx: Repository,
    private readonly stretches: readonly Stretch[],
    private readonly stored: ReadonlyMap<string, bigint>,
  ) {}

  /** Must be the first lock of the transaction: concurrent readers of a partition wait here for each other. */
  static async lock(tx: Repository, stretches: readonly Stretch[]): Promise<StreamPositions> {
    if (stretches.length === 0) return new StreamPositions(tx, stretches, new Map());
    const rows = await tx.query(sql.LOCK_POSITIONS, [
      stretches.map(({ partition }) => partition.cluster),
      stretches.map(({ partition }) => partition.topic),
      stretches.map(({ partition }) => partition.partition),
    ]);
    return new StreamPositions(tx, stretches, new Map(rows.map((row) => [keyOf(row), row.position])));
  }

  /** True if no other reader has moved the stretch's position. */
  isOurs(stretch: Stretch): boolean {
    return this.stored.get(keyOf(stretch.partition)) === stretch.expected;
  }

  /** Keeps a record that has no effect as a dead letter. */
  addDeadLetter(stretch: Stretch, letter: Letter, error: RecordError): void {
    const deadLetters = this.deadLetters.get(stretch) ?? [];
    deadLetters.push({ letter, error: { reason: error.reason, detail: storable(error.detail) } });
    this.deadLetters.set(stretch, deadLetters);
  }

  /** Marks a record that was rejected or was a duplicate: side effects of its command must not follow. */
  exempt(stretch: Stretch, item: StreamItem): void {
    const items = this.ineffective.get(stretch) ?? new Set();
    items.add(item);
    this.ineffective.set(stretch, items);
  }

  /** Sends the statement that writes positions and dead letters. */
  write(now: Date): void {
    const ours = this.stretches.filter((stretch) => this.isOurs(stretch));
    if (ours.length === 0) return;
    const positions = ours.map(({ partition, next, record }) => ({
      ...partition,
      position: next.toString(),
      record_offset: record?.offset.toString() ?? null,
      record_digest: record?.digest ?? null,
    }));
    const letters = ours.flatMap((stretch) =>
      (this.deadLetters.get(stretch) ?? []).map(({ letter, error }) => ({
        ...stretch.partition,
        position: letter.offset.toString(),
        received_at: new Date(letter.receivedMs),
        // Header names are not validated, and one that a text column does not accept would fail the statement.
        headers: letter.headers.map(([name, base64]) => [toFitText(name), base64]),
        value: letter.value?.toString('base64') ?? null,
        record_uuid: letter.uuid,
        ...error,
      })),
    );
    this.tx.send(sql.WRITE_POSITIONS, [JSON.stringify(positions), JSON.stringify(letters), now]);
  }

  outcomeOf(stretch: Stretch): StretchOutcome {
    if (!this.isOurs(stretch)) return { kind: 'moved', position: this.stored.get(keyOf(stretch.partition)) ?? -1n };
    const errors = (this.deadLetters.get(stretch) ?? []).map(({ error }) => error);
    const ineffective = this.ineffective.get(stretch);
    return ineffective === undefined ? { kind: 'taken', errors } : { kind: 'taken', errors, ineffective };
  }
}

/** Keeps the records that could not be read, and those whose command was rejected, as dead letters. */
export function collectDeadLetters(
  positions: StreamPositions,
  stretch: Stretch,
  fateOf: (command: StreamCommand) => Fate | undefined,
): void {
  for (const item of stretch.items) {
    if ('error' in item) positions.addDeadLetter(stretch, item.letter(), item.error);
    const fate = 'command' in item ? fateOf(item.command) : undefined;
    if (fate === undefined || fate === 'accepted') continue;
    positions.exempt(stretch, item);
    if (fate !== 'duplicate') positions.addDeadLetter(stretch, item.letter(), errorOfRejection(fate));
  }
}

/** The largest length of the description of a dead letter. */
const MOST_CHARACTERS = 1_000;

/** The text on one line, as the database can store it. It is cut first, because cutting may leave half a character. */
function storable(text: string): string {
  return text.slice(0, MOST_CHARACTERS).replace(/[\p{Cc}\p{Cs}]/gu, '\uFFFD');
}

function keyOf({ cluster, topic, partition }: StreamPartition): string {
  return JSON.stringify([cluster, topic, partition]);
}
