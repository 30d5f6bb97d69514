import type { RetractionTarget } from '../commands.js';
import type { Duration, Instant } from '../time.js';
import type { ObservationState } from '../views.js';
import type { Engine, EngineAlert, EngineCommand, EngineName, Observation, SubGroup } from './engine.js';
import { engineNamed } from './engines.js';
import { ExpiryQueue } from './expiry-queue.js';
import { StandingList } from './standing.js';

/** A command of a cache's history, as it was recorded. `order` is its number. */
export type RecordedCommand =
  | {
      readonly kind: 'observe';
      readonly order: number;
      readonly uuid: string;
      readonly detector: string;
      readonly time: Instant;
      readonly receivedTime: Instant;
      /** Active up to and including this instant. */
      readonly expires: Instant;
      /** True if its retraction had come before it. */
      readonly withdrawn: boolean;
    }
  | {
      readonly kind: 'retract';
      readonly order: number;
      readonly detector: string;
      readonly target: RetractionTarget;
      /** A retraction of the latest doesn't mean what was due to expire then. */
      readonly now?: Instant | undefined;
    }
  | {
      readonly kind: 'expire';
      readonly order: number;
      readonly now: Instant;
      /** The portion of what is due that goes, by command; without it, all goes. */
      readonly observations?: readonly number[] | undefined;
    }
  | {
      readonly kind: 'mute' | 'unmute';
      readonly order: number;
      readonly detector: string;
      /** What is due to expire then stays as it is. */
      readonly now?: Instant | undefined;
    }
  | {
      /** Observations that a reset had dropped come back; when the history began they were forgotten. */
      readonly kind: 'undo-reset';
      readonly order: number;
      readonly now: Instant;
      /** In order of reception. */
      readonly observations: readonly RestoredObservation[];
    }
  | { readonly kind: 'switch'; readonly order: number; readonly engine: EngineName; readonly window: Duration };

/** As `observe` told it, before the reset. */
export interface RestoredObservation {
  readonly order: number;
  readonly uuid: string;
  readonly detector: string;
  readonly time: Instant;
  readonly expires: Instant;
}

/** An observation of the history, and what has become of it. */
class Entry {
  constructor(
    readonly observation: Observation,
    readonly uuid: string,
    readonly expires: Instant,
    public state: ObservationState,
  ) {}

  get order(): number {
    return this.observation.order;
  }

  get isStanding(): boolean {
    return this.state === 'active' || this.state === 'muted';
  }

  /** True if it has expired by then, whether or not an expiry has taken it yet. */
  isDue(now: Instant | undefined): boolean {
    return now !== undefined && this.expires < now;
  }
}

/**
 * A cache's history since its last reset, gone through in memory: the fold that the database's tables are the
 * result of, written down a second time without a database. Audits compare the two; switching the engine
 * rebuilds the tables from it.
 */
export class Ledger {
  private readonly history: RecordedCommand[] = [];
  private readonly entries = new Map<number, Entry>();
  private readonly byUuid = new Map<string, Entry>();
  private readonly standing = new Map<string, StandingList<Entry>>();
  private expiring = new ExpiryQueue<Entry>();
  private readonly muted = new Set<string>();
  private running: Engine<unknown>;
  private state: unknown;

  /** @param mutedBefore detectors that were muted when the history begins */
  constructor(
    engineName: EngineName,
    window: Duration,
    private readonly mutedBefore: readonly string[] = [],
  ) {
    this.running = engineNamed(engineName);
    this.state = this.running.empty(window);
    for (const detector of mutedBefore) this.muted.add(detector);
  }

  /** The alerts that the command causes, in order. */
  apply(command: RecordedCommand): EngineAlert[] {
    this.history.push(command);
    switch (command.kind) {
      case 'observe':
        return this.observe(command);
      case 'retract':
        return this.retract(command);
      case 'expire':
        return this.expire(command);
      case 'undo-reset':
        return this.restore(command);
      case 'mute':
        return this.mute(command);
      case 'unmute':
        return this.unmute(command);
      case 'switch':
        this.rebuild(command.engine, command.window);
        return [];
    }
  }

  /** Open sub-groups, by ascending number. */
  subGroups(): readonly SubGroup[] {
    return this.running.subGroups(this.state);
  }

  get engine(): Engine<unknown> {
    return this.running;
  }

  /** The engine's state, for who knows which engine it is. */
  get engineState(): unknown {
    return this.state;
  }

  stateOf(order: number): ObservationState | undefined {
    return this.entries.get(order)?.state;
  }

  uuidOf(order: number): string | undefined {
    return this.entries.get(order)?.uuid;
  }

  /** See `Engine.sharing`. */
  sharing(subGroup: SubGroup) {
    return this.running.sharing(this.state, subGroup);
  }

  private observe(command: RecordedCommand & { kind: 'observe' }): EngineAlert[] {
    const observation = { order: command.order, detector: command.detector, time: command.time };
    const entry = new Entry(observation, command.uuid, command.expires, 'active');
    this.entries.set(command.order, entry);
    this.byUuid.set(command.uuid, entry);
    if (command.withdrawn) entry.state = 'retracted';
    else if (this.expires && command.receivedTime > command.expires) entry.state = 'expired';
    else if (this.muted.has(command.detector)) entry.state = 'muted';
    if (entry.isStanding) this.stand(entry);
    return entry.state === 'active' ? this.run({ kind: 'observe', observation }) : [];
  }

  private retract(command: RecordedCommand & { kind: 'retract' }): EngineAlert[] {
    const taken = this.meantBy(command);
    const active = this.end(taken, 'retracted');
    if (active.length === 0) return [];
    return this.run({ kind: 'retract', detector: command.detector, observations: active });
  }

  private meantBy({ detector, target, now }: RecordedCommand & { kind: 'retract' }): Entry[] {
    const standing = this.standingOf(detector);
    if ('latest' in target) {
      return this.takesAll ? standing.all() : standing.latest(target.latest, (entry) => !entry.isDue(now));
    }
    const named = this.byUuid.get(target.uuid);
    if (named === undefined || !named.isStanding || named.observation.detector !== detector) return [];
    return this.takesAll ? standing.all() : [named];
  }

  private restore({ now, observations }: RecordedCommand & { kind: 'undo-reset' }): EngineAlert[] {
    const active: Observation[] = [];
    for (const { order, uuid, detector, time, expires } of observations) {
      const entry = new Entry({ order, detector, time }, uuid, expires, 'active');
      this.entries.set(order, entry);
      this.byUuid.set(uuid, entry);
      // It may have come back under an engine under which nothing expires.
      if (this.expires && entry.isDue(now)) entry.state = 'expired';
      else if (this.muted.has(detector)) entry.state = 'muted';
      if (entry.isStanding) this.stand(entry);
      if (entry.state === 'active') active.push(entry.observation);
    }
    return active.flatMap((observation) => this.run({ kind: 'observe', observation }));
  }

  private expire({ now, observations }: RecordedCommand & { kind: 'expire' }): EngineAlert[] {
    if (!this.expires) return [];
    const due =
      observations === undefined
        ? this.expiring.takeDue(now)
        : observations.flatMap((order) => this.entries.get(order) ?? []).filter((entry) => entry.isDue(now));
    const active = this.end(
      due.filter((entry) => entry.isStanding),
      'expired',
    );
    return active.length === 0 ? [] : this.run({ kind: 'expire', observations: active });
  }

  private mute({ detector, now }: RecordedCommand & { kind: 'mute' | 'unmute' }): EngineAlert[] {
    this.muted.add(detector);
    const active = this.change(detector, 'active', 'muted', now);
    return active.length === 0 ? [] : this.run({ kind: 'retract', detector, observations: active });
  }

  private unmute({ detector, now }: RecordedCommand & { kind: 'mute' | 'unmute' }): EngineAlert[] {
    this.muted.delete(detector);
    const back = this.change(detector, 'muted', 'active', now);
    return back.flatMap((observation) => this.run({ kind: 'observe', observation }));
  }

  /** The observations whose state changed, in order of reception. */
  private change(
    detector: string,
    before: ObservationState,
    after: ObservationState,
    now: Instant | undefined,
  ): Observation[] {
    const changed = this.standingOf(detector)
      .all()
      .filter((entry) => entry.state === before && !(this.expires && entry.isDue(now)));
    for (const entry of changed) entry.state = after;
    return changed.map(({ observation }) => observation);
  }

  /** Goes through the whole history again with another engine. */
  private rebuild(engine: EngineName, window: Duration): void {
    const fresh = new Ledger(engine, window, this.mutedBefore);
    for (const command of this.history) if (command.kind !== 'switch') fresh.apply(command);
    this.running = fresh.running;
    this.state = fresh.state;
    this.standing.clear();
    this.expiring = new ExpiryQueue();
    for (const [order, entry] of fresh.entries) {
      this.entries.set(order, entry);
      this.byUuid.set(entry.uuid, entry);
      if (entry.isStanding) this.stand(entry);
    }
  }

  private stand(entry: Entry): void {
    this.standingOf(entry.observation.detector).push(entry);
    this.expiring.push(entry);
  }

  /** Gives entries a state in which they stand no longer; the observations of those that were active. */
  private end(entries: readonly Entry[], state: 'retracted' | 'expired'): Observation[] {
    const active = entries.filter((entry) => entry.state === 'active').map((entry) => entry.observation);
    for (const entry of entries) {
      entry.state = state;
      this.standingOf(entry.observation.detector).noteEnd();
    }
    return active;
  }

  private standingOf(detector: string): StandingList<Entry> {
    const known = this.standing.get(detector);
    if (known !== undefined) return known;
    const standing = new StandingList<Entry>();
    this.standing.set(detector, standing);
    return standing;
  }

  private run(command: EngineCommand): EngineAlert[] {
    const step = this.running.apply(this.state, command);
    this.state = step.state;
    return [...step.alerts];
  }

  /** Nothing expires under the engine that reproduces snews_cs, */
  private get expires(): boolean {
    return this.running.name !== 'reference';
  }

  /** and any retraction withdraws all of the detector's. */
  private get takesAll(): boolean {
    return this.running.name === 'reference';
  }
}
