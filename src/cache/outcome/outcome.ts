import type { CacheName } from '../../domain/cache-name.js';
import type { EngineAlert, Row, SubGroup } from '../../domain/coincidence/engine.js';
import { falseAlarm } from '../../domain/false-alarm.js';
import { measuredFalseAlarm, type ObservationCounts } from '../../domain/measured-false-alarm.js';
import { addDuration, type Duration, fromPosixMilliseconds, type Instant, utcDay } from '../../domain/time.js';
import type { AlertView, FalseAlarm, SubGroupView } from '../../domain/views.js';
import type { CacheRow } from '../store/repository.js';
import type { StandingMeta, SubGroupMeta } from '../store/rows.js';
import { AlertIds } from './alert-ids.js';
import type { Effect } from './effects.js';
import { alertView, type Details, detailsOf, tableView } from './outcome-views.js';
import { mapInTurns } from './taking-turns.js';

/** The part of an effect that is shown in the answer to its command. */
export interface CommandOutcome {
  readonly alerts: readonly AlertView[];
  /** Returns the sub-groups that changed; only those with this observation as a row if an order is given. */
  readonly tables: (holding?: number) => Promise<readonly SubGroupView[]>;
}

interface NewEvent {
  readonly id: string;
  readonly day: string;
  readonly ordinal: number;
  readonly preSn: boolean;
}

export interface StoredAlert {
  readonly view: AlertView;
  /** The view's payload as JSON text, which is stored and published as it is. */
  readonly payload: string;
  readonly effect: Effect;
  readonly observations: readonly string[];
  readonly sentTime: Instant;
  /** Neutrino times of its rows. */
  readonly times: readonly Instant[];
}

/** What is needed to write effects, beside their causes. */
export interface EffectContext {
  readonly now: Date;
  readonly serverTag: string;
  /** The detectors that are online, each once. */
  readonly online: readonly string[];
  /** The measured rates of the detectors; null if they are not known. */
  readonly observed: ObservationCounts | null;
}

const EVENT_PREFIX: Record<CacheName, string> = { live: 'SN', firedrill: 'DRILL', test: 'TEST' };
const MICROSECOND = 1_000n as Duration;

/**
 * Goes through the effects of consecutive commands in order. Gives sub-groups their events and false alarm figures, and
 * alerts their ids, sequences and times.
 */
export class OutcomeWriter {
  readonly newEvents: NewEvent[] = [];
  readonly alerts: StoredAlert[] = [];
  /** The events that were changed, with the state that each gets if none of its sub-groups is open. */
  readonly fates = new Map<string, Effect['fate']>();
  /** By the numbers of the open sub-groups. */
  private readonly meta: Map<number, StandingMeta>;
  /** By the numbers of the sub-groups that changed. */
  private readonly changed = new Map<number, SubGroupMeta>();
  private readonly lastOrdinals: Map<string, number>;
  private readonly ids: AlertIds;
  /** The false alarm figures by the number of rows, for the detectors that are online. */
  private readonly figures = new Map<number, FalseAlarm>();

  /** @param given.ordinals the last ones of the days of `daysOfNewCoincidences` */
  constructor(
    private readonly row: CacheRow,
    meta: ReadonlyMap<number, StandingMeta>,
    private readonly details: Details,
    private readonly given: EffectContext & { readonly ordinals: Map<string, number> },
  ) {
    this.meta = new Map(meta);
    this.lastOrdinals = given.ordinals;
    this.ids = new AlertIds(row.name, row.resetCount);
  }

  /** Must be called for each effect, in order. */
  async outcomeOf(effect: Effect): Promise<CommandOutcome> {
    for (const number of effect.closed) {
      const meta = this.meta.get(number);
      this.touch(meta?.eventId, effect, (meta?.size ?? 0) >= 2);
    }
    const changed = effect.changed.map((subGroup) => {
      const meta = this.metaAfter(subGroup, effect);
      this.meta.set(subGroup.number, meta);
      this.changed.set(subGroup.number, meta);
      return { subGroup, meta };
    });
    // Includes the sub-groups that this effect closes.
    const alerts = await mapInTurns(effect.alerts, (alert) =>
      this.write(alert, effect, this.meta.get(alert.subGroup)?.eventId),
    );
    for (const number of effect.closed) this.meta.delete(number);
    const tables = (holding?: number) =>
      mapInTurns(
        changed.filter(({ subGroup }) => holding === undefined || holds(subGroup, holding)),
        ({ subGroup, meta }) => tableView(subGroup, meta, this.details),
      );
    return { alerts, tables };
  }

  get serverTag(): string {
    return this.given.serverTag;
  }

  /** @param number of a sub-group that changed */
  metaOf(number: number): SubGroupMeta {
    const meta = this.changed.get(number);
    if (meta === undefined) throw new Error(`sub-group ${number} did not change`);
    return meta;
  }

  private metaAfter(subGroup: SubGroup, effect: Effect): SubGroupMeta {
    const before = this.meta.get(subGroup.number);
    const preSn = subGroup.rows.some(({ observation }) => detailsOf(this.details, observation.order).isPreSn);
    const eventId = before?.eventId ?? this.eventFor(subGroup, preSn, effect);
    this.touch(eventId, effect, (before?.size ?? 0) >= 2 && subGroup.rows.length < 2);
    return {
      key: before?.key,
      size: subGroup.rows.length,
      eventId,
      preSn,
      falseAlarm: this.falseAlarm(subGroup.rows),
      createdAt: before?.createdAt ?? this.given.now,
      updatedAt: this.given.now,
    };
  }

  private falseAlarm(rows: readonly Row[]): FalseAlarm | null {
    if (rows.length < 2 || this.row.name === 'test') return null;
    const { online } = this.given;
    // As many detectors as the assumed figure counts. If fewer are online than there are rows, those of the rows count.
    if (online.length < rows.length) return this.falseAlarmOf(detectorsOf(rows), rows.length);
    const figure = this.figures.get(rows.length) ?? this.falseAlarmOf(online, rows.length);
    this.figures.set(rows.length, figure);
    return figure;
  }

  private falseAlarmOf(online: readonly string[], coincident: number): FalseAlarm {
    const { observed } = this.given;
    const { window } = this.row;
    const measured = observed && measuredFalseAlarm(online, coincident, window, observed);
    return { ...falseAlarm(online.length, coincident, window), measured };
  }

  /** The event of the open coincidence that shares the most observations (of several the lowest number), or a new event. */
  private eventFor(subGroup: SubGroup, preSn: boolean, effect: Effect): string | null {
    const sharing = effect.sharing.get(subGroup.number);
    if (sharing === undefined) return null;
    const candidates = sharing
      .map((shared) => ({ ...shared, eventId: this.meta.get(shared.subGroup.number)?.eventId }))
      .filter(({ eventId }) => eventId)
      .sort((a, b) => b.observations - a.observations || a.subGroup.number - b.subGroup.number);
    return candidates[0]?.eventId ?? this.openEvent(dayOf(subGroup), preSn);
  }

  private openEvent(day: string, preSn: boolean): string {
    const ordinal = (this.lastOrdinals.get(day) ?? 0) + 1;
    this.lastOrdinals.set(day, ordinal);
    const id = `${EVENT_PREFIX[this.row.name]}-${day}-${ordinal}`;
    this.newEvents.push({ id, day, ordinal, preSn });
    return id;
  }

  /** The command that closes a coincidence decides the state of its event, not what happens to the other rows later. */
  private touch(eventId: string | null | undefined, effect: Effect, tookCoincidence: boolean): void {
    if (eventId && (tookCoincidence || !this.fates.has(eventId))) this.fates.set(eventId, effect.fate);
  }

  private write(alert: EngineAlert, effect: Effect, eventId: string | null | undefined): AlertView {
    if (!eventId) throw new Error(`an alert of sub-group ${alert.subGroup}, which is no coincidence`);
    const observations = alert.rows.map(({ observation }) => detailsOf(this.details, observation.order).uuid);
    const sentTime = this.nextSentTime();
    const view = alertView(alert, this.details, {
      cache: this.row.name,
      id: this.ids.next(effect.messageUuid, alert, observations),
      sequence: Number(this.row.nextSequence++),
      eventId,
      falseAlarm: this.falseAlarm(alert.rows),
      sentTime,
      serverTag: this.given.serverTag,
    });
    const times = alert.rows.map(({ observation }) => observation.time).sort((a, b) => (a < b ? -1 : Number(a > b)));
    this.alerts.push({ view, payload: JSON.stringify(view.payload), effect, observations, sentTime, times });
    return view;
  }

  /** The times of a cache's alerts rise strictly, even if the clock does not. They are whole microseconds, as in the format. */
  private nextSentTime(): Instant {
    const now = fromPosixMilliseconds(this.given.now.getTime());
    if (now > this.row.lastSent) this.row.lastSent = now;
    else this.row.lastSent = addDuration(this.row.lastSent, MICROSECOND);
    return this.row.lastSent;
  }
}

function holds({ rows }: SubGroup, order: number): boolean {
  return rows.some(({ observation }) => observation.order === order);
}

/** The days on which an event may begin with these effects. */
export function daysOfNewCoincidences(effects: readonly Effect[]): string[] {
  const subGroups = effects.flatMap(({ changed, sharing }) => changed.filter(({ number }) => sharing.has(number)));
  return [...new Set(subGroups.map(dayOf))];
}

function detectorsOf(rows: readonly Row[]): string[] {
  return rows.map(({ observation }) => observation.detector);
}

function dayOf(subGroup: SubGroup): string {
  return utcDay((subGroup.rows[0] ?? { observation: subGroup.anchor }).observation.time);
}
