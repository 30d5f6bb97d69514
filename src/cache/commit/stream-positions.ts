import type { Refusal } from '../../domain/commands.js';
import { toFitText } from '../../domain/messages/fit-text.js';
import type { Repository } from '../store/repository.js';
import * as sql from '../store/stream-statements.js';
import {
  type Fault,
  faultOf,
  type Letter,
  type StreamCommand,
  type StreamItem,
  type StreamPartition,
  type Stretch,
  type StretchOutcome,
} from './stretch.js';

/** The stretches of a batch: their positions locked, and written with what became of them. */
export class StreamPositions {
  private readonly faults = new Map<Stretch, { readonly letter: Letter; readonly fault: Fault }[]>();
  private readonly ineffective = new Map<Stretch, Set<StreamItem>>();

  private constructor(
    private readonly tx: Repository,
    private readonly stretches: readonly Stretch[],
    private readonly stored: ReadonlyMap<string, bigint>,
  ) {}

  /** Must be sent before any other lock is asked for: readers of one partition queue up here. */
  static async lock(tx: Repository, stretches: readonly Stretch[]): Promise<StreamPositions> {
    if (stretches.length === 0) return new StreamPositions(tx, stretches, new Map());
    const rows = await tx.query(sql.LOCK_POSITIONS, [
      stretches.map(({ partition }) => partition.cluster),
      stretches.map(({ partition }) => partition.topic),
      stretches.map(({ partition }) => partition.partition),
    ]);
    return new StreamPositions(tx, stretches, new Map(rows.map((row) => [keyOf(row), row.position])));
  }

  /** True if nobody else has moved the stretch's position. */
  isOurs(stretch: Stretch): boolean {
    return this.stored.get(keyOf(stretch.partition)) === stretch.expected;
  }

  /** The record takes no effect: it is kept as a dead letter. */
  bury(stretch: Stretch, letter: Letter, fault: Fault): void {
    const faults = this.faults.get(stretch) ?? [];
    faults.push({ letter, fault: { reason: fault.reason, detail: storable(fault.detail) } });
    this.faults.set(stretch, faults);
  }

  /** What follows the record must not follow: it is refused, or came before. */
  exempt(stretch: Stretch, item: StreamItem): void {
    const items = this.ineffective.get(stretch) ?? new Set();
    items.add(item);
    this.ineffective.set(stretch, items);
  }

  /** Sends what there is to write about the stretches that are ours. */
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
      (this.faults.get(stretch) ?? []).map(({ letter, fault }) => ({
        ...stretch.partition,
        position: letter.offset.toString(),
        received_at: new Date(letter.receivedMs),
        // Nobody checks what headers are called, and a name that no text column takes would keep the letter out.
        headers: letter.headers.map(([name, base64]) => [toFitText(name), base64]),
        value: letter.value?.toString('base64') ?? null,
        record_uuid: letter.uuid,
        ...fault,
      })),
    );
    this.tx.send(sql.WRITE_POSITIONS, [JSON.stringify(positions), JSON.stringify(letters), now]);
  }

  outcomeOf(stretch: Stretch): StretchOutcome {
    if (!this.isOurs(stretch)) return { kind: 'moved', position: this.stored.get(keyOf(stretch.partition)) ?? -1n };
    const faults = (this.faults.get(stretch) ?? []).map(({ fault }) => fault);
    const ineffective = this.ineffective.get(stretch);
    return ineffective === undefined ? { kind: 'taken', faults } : { kind: 'taken', faults, ineffective };
  }
}

/** What can't take effect, and what was refused, is kept as dead letters. */
export function buryFaults(
  positions: StreamPositions,
  stretch: Stretch,
  fateOf: (command: StreamCommand) => Refusal | 'duplicate' | undefined,
): void {
  for (const item of stretch.items) {
    if ('fault' in item) positions.bury(stretch, item.letter(), item.fault);
    const fate = 'command' in item ? fateOf(item.command) : undefined;
    if (fate === undefined) continue;
    positions.exempt(stretch, item);
    if (fate !== 'duplicate') positions.bury(stretch, item.letter(), faultOf(fate));
  }
}

/** Of what is said about a dead letter. */
const MOST_CHARACTERS = 1_000;

/** As the database can store it, on one line. Cut first: what is cut may leave half a character. */
function storable(text: string): string {
  return text.slice(0, MOST_CHARACTERS).replace(/[\p{Cc}\p{Cs}]/gu, '\uFFFD');
}

function keyOf({ cluster, topic, partition }: StreamPartition): string {
  return JSON.stringify([cluster, topic, partition]);
}
