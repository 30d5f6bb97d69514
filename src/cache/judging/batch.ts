import type { EngineCommand, Observation } from '../../domain/coincidence/engine.js';
import { type ObserveCommand, Refusal, type ResetCommand, type RetractCommand } from '../../domain/commands.js';
import { fromPosixMilliseconds, type Instant } from '../../domain/time.js';
import type { Effect } from '../outcome/effects.js';
import { type CommandOutcome, daysOfNewCoincidences, OutcomeWriter } from '../outcome/outcome.js';
import { Transcript } from '../outcome/transcript.js';
import type { CacheSettings } from '../settings.js';
import { fingerprint } from '../store/fingerprint.js';
import { detectorsOn } from '../store/heartbeats.js';
import { isFormerlyKnown, type Known } from '../store/known.js';
import { type MessageCommand, recordOf, type ServerAct } from '../store/records.js';
import type { CacheRow, Context, Loaded, Repository } from '../store/repository.js';
import { QuotaBook } from './quota.js';
import { Segment } from './segment.js';

/**
 * What one transaction's commands on one cache work with: the locked row that makes them serial, what is known
 * about them, the engine's state, and what they will write.
 */
export class Batch {
  readonly transcript: Transcript;
  readonly quota: QuotaBook;
  readonly muted: Set<string>;
  readonly nowInstant: Instant;
  /** Observations that retractions of this batch name by uuid, in the state that they are in now. */
  readonly targets: Map<string, { observation: Observation; state: string }>;
  /** True if more is due to expire than this transaction takes out. */
  hasBacklog = false;
  private readonly known: Map<string, Known>;
  private readonly outcomes = new Map<Effect, CommandOutcome>();
  /** Those whose neighbourhoods the batch's commands will look at, as far as they tell beforehand. */
  readonly times: readonly Instant[];
  private segment: Segment | undefined;

  constructor(
    readonly tx: Repository,
    readonly row: CacheRow,
    readonly context: Context,
    readonly settings: CacheSettings,
    readonly now: Date,
    /** Of its observations. */
    times: readonly Instant[],
    loaded?: Loaded,
  ) {
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
    if (known === undefined) return command.kind !== 'reset' && isFormerlyKnown(command, this.known);
    if (known.fingerprint === fingerprint(command)) return true;
    throw new Refusal(
      'conflict',
      `the uuid ${command.uuid} was used before for a message with other content; send this one under a uuid of its own`,
      'uuid',
    );
  }

  /** Gives the command its number and writes it down. */
  record(command: MessageCommand): Pick<Effect, 'messageUuid' | 'command'> {
    const number = this.takeNumber();
    const record = recordOf(command, this.row.name, number, this.now);
    this.known.set(command.uuid, record);
    this.transcript.message(record);
    return { messageUuid: command.uuid, command: number };
  }

  /** The same for what the server or an administrator does. */
  recordAct(act: ServerAct): Pick<Effect, 'messageUuid' | 'command'> {
    const number = this.takeNumber();
    const record = recordOf(act, this.row.name, number, this.now);
    this.known.set(record.uuid, record);
    this.transcript.message(record);
    return { messageUuid: record.uuid, command: number };
  }

  private takeNumber(): number {
    return Number(this.row.nextCommand++);
  }

  /** The state that the engine is in now, with the neighbourhoods of the batch's own times; undefined: not loaded. */
  get loadedSegment(): Segment | undefined {
    return this.segment?.ofBatch ? this.segment : undefined;
  }

  /** The same, loaded if need be. */
  async engineSegment(): Promise<Segment> {
    // A state loaded for another command's observations knows nothing of the neighbourhoods of these.
    if (this.segment !== undefined && !this.segment.ofBatch) await this.flush();
    this.segment ??= await this.load(this.times, true);
    return this.segment;
  }

  /**
   * Applies a command about observations that the batch's own times don't tell of, on a state loaded for them.
   * What went before must be flushed; what the command does to the observations' states must not, yet.
   * Does nothing to the tables if there are none.
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

  /** Like `applyTo`, one after the other. */
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

  /** What the world sees of an effect; known once it is written. */
  outcomeOf(effect: Effect | undefined): CommandOutcome {
    if (effect === undefined) return { alerts: [], tables: async () => [] };
    const outcome = this.outcomes.get(effect);
    if (outcome === undefined) throw new Error('an effect was asked for before it was written');
    return outcome;
  }

  /** The uuids of the messages that caused alerts, one for each alert. */
  get alerting(): string[] {
    return [...this.outcomes].flatMap(([{ messageUuid }, { alerts }]) => alerts.map(() => messageUuid));
  }

  /** Writes what the commands so far did; the next one loads the engine's state anew. */
  async flush(): Promise<void> {
    const { segment } = this;
    this.segment = undefined;
    const hasEffects = segment !== undefined && segment.effects.length > 0;
    // What is asked comes before what is written: while the database writes, the answers are worked with.
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
