import type { EngineCommand, Observation } from '../../domain/coincidence/engine.js';
import { type ObserveCommand, Rejection, type ResetCommand, type RetractCommand } from '../../domain/commands.js';
import { fromPosixMilliseconds, type Instant } from '../../domain/time.js';
import type { Effect } from '../outcome/effects.js';
import { type CommandOutcome, daysOfNewCoincidences, OutcomeWriter } from '../outcome/outcome.js';
import { Transcript } from '../outcome/transcript.js';
import type { CacheSettings } from '../settings.js';
import type { Arrivals, MessageCommand } from '../store/arrival.js';
import { fingerprint } from '../store/fingerprint.js';
import { detectorsOn } from '../store/heartbeat-rows.js';
import { isFormerlyKnown, type Known } from '../store/known.js';
import { messageRecordOf, recordOf, type ServerCommand } from '../store/records.js';
import type { CacheRow, Context, Loaded, Repository } from '../store/repository.js';
import { QuotaBook } from './quota.js';
import { Segment } from './segment.js';

/** A cache whose row is locked, what the database knows about the commands, and the neighbourhood if it was loaded early. */
export interface OpenedCache {
  readonly row: CacheRow;
  readonly context: Context;
  readonly loaded?: Loaded | undefined;
}

/**
 * The state that the commands of one transaction on one cache work with: the locked row that makes them serial, what the
 * database knows about them, the engine's state, and the rows that will be written.
 */
export class Batch {
  readonly row: CacheRow;
  readonly context: Context;
  readonly transcript: Transcript;
  readonly quota: QuotaBook;
  readonly muted: Set<string>;
  readonly nowInstant: Instant;
  /** The observations that retractions of this batch name by uuid, with their current states. */
  readonly targets: Map<string, { observation: Observation; state: string }>;
  /** True if more observations are due to expire than this transaction expires. */
  hasBacklog = false;
  private readonly known: Map<string, Known>;
  private readonly outcomes = new Map<Effect, CommandOutcome>();
  /** The neutrino times whose neighbourhoods the commands will read, as far as they are known beforehand. */
  readonly times: readonly Instant[];
  private segment: Segment | undefined;

  constructor(
    readonly tx: Repository,
    opened: OpenedCache,
    readonly arrivals: Arrivals,
    readonly settings: CacheSettings,
    readonly now: Date,
    /** The neutrino times of the batch's observations. */
    times: readonly Instant[],
  ) {
    const { row, context, loaded } = opened;
    this.row = row;
    this.context = context;
    this.transcript = new Transcript(tx, row, now);
    this.known = new Map(context.known.map((message) => [message.uuid, message]));
    this.muted = new Set(context.muted);
    this.quota = new QuotaBook(
      settings.detectorQuota,
      context.minutes.flatMap(({ detector, minute, observations, retractions }) => [
        { kind: 'observations', detector, minute, count: observations },
        { kind: 'retractions', detector, minute, count: retractions },
      ]),
    );
    this.nowInstant = fromPosixMilliseconds(now.getTime());
    this.targets = new Map(
      context.targets.map(({ uuid, command, detector, neutrino_ns, state }) => [
        uuid,
        { observation: { order: command, detector, time: BigInt(neutrino_ns) as Instant }, state },
      ]),
    );
    this.times = [...times, ...[...this.targets.values()].map(({ observation }) => observation.time)];
    if (loaded !== undefined) this.segment = new Segment(loaded, true);
  }

  /** @throws Refusal if the uuid is known with other content */
  isKnown(command: ObserveCommand | RetractCommand | ResetCommand): boolean {
    if (command.uuid === undefined) return false;
    const known = this.known.get(command.uuid);
    if (known === undefined) {
      return command.kind !== 'reset' && isFormerlyKnown(command.formerUuid, this.arrivals.of(command), this.known);
    }
    const own = command.kind === 'reset' ? fingerprint(command) : this.arrivals.of(command).fingerprint;
    if (known.fingerprint === own) return true;
    throw new Rejection(
      'conflict',
      `the uuid ${command.uuid} was used before for a message with other content; send this one under a uuid of its own`,
      'uuid',
    );
  }

  /** Gives the message its command number and gathers it to be written. */
  record(command: MessageCommand): Pick<Effect, 'messageUuid' | 'command'> {
    const number = this.takeNumber();
    const record = messageRecordOf(command, this.arrivals.of(command), this.row.name, number, this.now);
    this.known.set(command.uuid, record);
    this.transcript.message(record);
    return { messageUuid: command.uuid, command: number };
  }

  /** The same for a command of the server or of an administrator. */
  recordServerCommand(command: ServerCommand): Pick<Effect, 'messageUuid' | 'command'> {
    const number = this.takeNumber();
    const record = recordOf(command, this.row.name, number, this.now);
    this.known.set(record.uuid, record);
    this.transcript.message(record);
    return { messageUuid: record.uuid, command: number };
  }

  private takeNumber(): number {
    return Number(this.row.nextCommand++);
  }

  /** The engine's current state with the neighbourhoods of the batch's own times; undefined if it is not loaded. */
  get loadedSegment(): Segment | undefined {
    return this.segment?.ofBatch ? this.segment : undefined;
  }

  /** The same, loaded if necessary. */
  async engineSegment(): Promise<Segment> {
    // A state that was loaded for another command's observations lacks the neighbourhoods of the batch's times.
    if (this.segment !== undefined && !this.segment.ofBatch) await this.flush();
    this.segment ??= await this.load(this.times, true);
    return this.segment;
  }

  /**
   * Applies a command to observations that are not among the batch's own times, on a state that is loaded for them.
   * Earlier commands must have been flushed; the changes of the observations' states must not have been.
   * Without observations nothing is applied.
   */
  async applyTo(
    observations: readonly Observation[],
    commandOn: (observations: readonly Observation[]) => EngineCommand,
    cause: Pick<Effect, 'messageUuid' | 'command' | 'fate'>,
  ): Promise<Effect | undefined> {
    if (observations.length === 0) return undefined;
    this.segment = await this.load(
      observations.map(({ time }) => time),
      false,
    );
    return this.segment.apply(commandOn(observations), cause);
  }

  /** Like `applyTo`, with a command for each observation, in order. */
  async applyEach(
    observations: readonly Observation[],
    commandOn: (observation: Observation) => EngineCommand,
    cause: Pick<Effect, 'messageUuid' | 'command' | 'fate'>,
  ): Promise<Effect[]> {
    if (observations.length === 0) return [];
    const segment = await this.load(
      observations.map(({ time }) => time),
      false,
    );
    this.segment = segment;
    return observations.map((observation) => segment.apply(commandOn(observation), cause));
  }

  changeState(order: number, state: string, retractedBy: string | null): void {
    this.transcript.change({ command: order, state, retracted_by: retractedBy });
    for (const target of this.targets.values()) if (target.observation.order === order) target.state = state;
  }

  /** The alerts and sub-groups of an effect, as they are shown. Known once the effect is written. */
  outcomeOf(effect: Effect | undefined): CommandOutcome {
    if (effect === undefined) return { alerts: [], tables: async () => [] };
    const outcome = this.outcomes.get(effect);
    if (outcome === undefined) throw new Error('an effect was asked for before it was written');
    return outcome;
  }

  /** The uuids of the messages that caused alerts, once for each alert. */
  get alerting(): string[] {
    return [...this.outcomes].flatMap(([{ messageUuid }, { alerts }]) => alerts.map(() => messageUuid));
  }

  /** Writes the effects of the commands so far. The next command loads the engine's state anew. */
  async flush(): Promise<void> {
    const { segment } = this;
    this.segment = undefined;
    const hasEffects = segment !== undefined && segment.effects.length > 0;
    // Queries are sent before writes, so that their results are processed while the database writes.
    const asked = hasEffects ? this.outcomeWriter(segment) : undefined;
    this.transcript.writeMessages();
    const outcome = await asked;
    if (outcome === undefined || segment === undefined) return;
    for (const effect of segment.effects) this.outcomes.set(effect, await outcome.outcomeOf(effect));
    if (segment.effects.some(({ changed, closed }) => changed.length + closed.length > 0)) this.tablesChanged();
    const stored = segment.loaded.engine.stored();
    this.row.nextSubGroup = stored.nextSubGroup;
    this.row.engineState = stored.engineState;
    this.transcript.writeTables(segment.loaded.meta, segment.changes, outcome);
  }

  tablesChanged(): void {
    this.row.version++;
    this.row.changedAt = this.now;
  }

  private async outcomeWriter(segment: Segment): Promise<OutcomeWriter> {
    const { tx, row, now } = this;
    const { effects } = segment;
    const orders = segment.ordersToLookUp();
    const days = daysOfNewCoincidences(effects);
    const [lookedUp, ordinals] = await Promise.all([
      orders.length > 0 ? tx.rowDetails(row.name, orders) : undefined,
      days.length > 0 ? tx.eventsOfDays(row.name, days) : new Map<string, number>(),
    ]);
    const details = { get: (order: number) => segment.detailsOf(order) ?? lookedUp?.get(order) };
    const { serverTag } = this.settings;
    const online = detectorsOn(this.context.pulses, this.transcript.detectorsBeating, now);
    const observed = this.settings.observed?.() ?? null;
    return new OutcomeWriter(row, segment.loaded.meta, details, { now, serverTag, online, observed, ordinals });
  }

  private async load(times: readonly Instant[], ofBatch: boolean): Promise<Segment> {
    const { tx, row } = this;
    return new Segment(await tx.load(row, tx.neighbourhood(row.name, row.window, times)), ofBatch);
  }
}
