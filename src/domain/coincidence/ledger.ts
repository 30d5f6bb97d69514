import type { RetractionTarget } from '../commands.js';
import type { Duration, Instant } from '../time.js';
import type { ObservationState } from '../views.js';
import type { Engine, EngineAlert, EngineCommand, EngineName, Observation, SubGroup } from './engine.js';
import { engineNamed } from './engines.js';

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
  | { readonly kind: 'retract'; readonly order: number; readonly detector: string; readonly target: RetractionTarget }
  | { readonly kind: 'expire'; readonly order: number; readonly now: Instant }
  | { readonly kind: 'mute' | 'unmute'; readonly order: number; readonly detector: string }
  | { readonly kind: 'switch'; readonly order: number; readonly engine: EngineName; readonly window: Duration };

/** An observation of the history, and what has become of it. */
interface Entry {
  readonly observation: Observation;
  readonly uuid: string;
  readonly expires: Instant;
  state: ObservationState;
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
  private readonly standing = new Map<string, Set<Entry>>();
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
        return this.expire(command.now);
      case 'mute':
        return this.mute(command.detector);
      case 'unmute':
        return this.unmute(command.detector);
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
    const entry: Entry = { observation, uuid: command.uuid, expires: command.expires, state: 'active' };
    this.entries.set(command.order, entry);
    this.byUuid.set(command.uuid, entry);
    if (command.withdrawn) entry.state = 'retracted';
    else if (this.expires && command.receivedTime > command.expires) entry.state = 'expired';
    else if (this.muted.has(command.detector)) entry.state = 'muted';
    if (entry.state === 'active' || entry.state === 'muted') this.standingOf(command.detector).add(entry);
    return entry.state === 'active' ? this.run({ kind: 'observe', observation }) : [];
  }

  private retract(command: RecordedCommand & { kind: 'retract' }): EngineAlert[] {
    const taken = this.meantBy(command);
    const active = this.end(taken, 'retracted');
    if (active.length === 0) return [];
    return this.run({ kind: 'retract', detector: command.detector, observations: active });
  }

  private meantBy(command: RecordedCommand & { kind: 'retract' }): Entry[] {
    const standing = [...this.standingOf(command.detector)];
    if ('latest' in command.target) {
      return this.takesAll ? standing : standing.slice(Math.max(0, standing.length - command.target.latest));
    }
    const target = this.byUuid.get(command.target.uuid);
    if (target === undefined || !this.standingOf(command.detector).has(target)) return [];
    return this.takesAll ? standing : [target];
  }

  private expire(now: Instant): EngineAlert[] {
    if (!this.expires) return [];
    const due = [...this.entries.values()].filter((entry) => isStanding(entry) && entry.expires < now);
    const active = this.end(due, 'expired');
    return active.length === 0 ? [] : this.run({ kind: 'expire', observations: active });
  }

  private mute(detector: string): EngineAlert[] {
    this.muted.add(detector);
    const active: Observation[] = [];
    for (const entry of this.standingOf(detector)) {
      entry.state = 'muted';
      active.push(entry.observation);
    }
    return active.length === 0 ? [] : this.run({ kind: 'retract', detector, observations: active });
  }

  private unmute(detector: string): EngineAlert[] {
    this.muted.delete(detector);
    return [...this.standingOf(detector)].flatMap((entry) => {
      entry.state = 'active';
      return this.run({ kind: 'observe', observation: entry.observation });
    });
  }

  /** Goes through the whole history again with another engine. */
  private rebuild(engine: EngineName, window: Duration): void {
    const fresh = new Ledger(engine, window, this.mutedBefore);
    for (const command of this.history) if (command.kind !== 'switch') fresh.apply(command);
    this.running = fresh.running;
    this.state = fresh.state;
    this.standing.clear();
    for (const [order, entry] of fresh.entries) {
      this.entries.set(order, entry);
      this.byUuid.set(entry.uuid, entry);
      if (isStanding(entry)) this.standingOf(entry.observation.detector).add(entry);
    }
  }

  /** Gives entries a state in which they stand no longer; the observations of those that were active. */
  private end(entries: readonly Entry[], state: 'retracted' | 'expired'): Observation[] {
    const active = entries.filter((entry) => entry.state === 'active').map((entry) => entry.observation);
    for (const entry of entries) {
      entry.state = state;
      this.standingOf(entry.observation.detector).delete(entry);
    }
    return active;
  }

  /** A detector's standing observations, in order of reception. */
  private standingOf(detector: string): Set<Entry> {
    const standing = this.standing.get(detector) ?? new Set();
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

function isStanding(entry: Entry): boolean {
  return entry.state === 'active' || entry.state === 'muted';
}
