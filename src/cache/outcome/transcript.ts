import { int8Column } from '../../database/columns.js';
import type { SubGroup } from '../../domain/coincidence/engine.js';
import type { CommittedAlert } from '../contract.js';
import { type HeartbeatRecord, writeHeartbeats } from '../store/heartbeat-rows.js';
import {
  type MessageRecord,
  messageColumns,
  type ObservationRecord,
  observationColumns,
} from '../store/message-rows.js';
import type { CacheRow, Repository } from '../store/repository.js';
import type { StandingMeta } from '../store/rows.js';
import * as sql from '../store/write-statements.js';
import { alertColumns } from './alert-columns.js';
import type { OutcomeWriter } from './outcome.js';
import { subGroupColumns } from './sub-group-columns.js';

export interface StateChange {
  readonly command: number;
  readonly state: string;
  readonly retracted_by: string | null;
}

/** The number of messages that a detector sent in a minute of receipt. */
interface MinuteCounts {
  readonly detector: string;
  readonly minute: number;
  observations: number;
  retractions: number;
}

/**
 * Gathers the rows that consecutive commands write, so that a few statements write them. The statements are sent without
 * waiting; the transaction waits once, at its end.
 */
export class Transcript {
  private messages: MessageRecord[] = [];
  private observations: ObservationRecord[] = [];
  private changes = new Map<number, StateChange>();
  private readonly counts = new Map<string, MinuteCounts>();
  private readonly heard = new Set<string>();
  private readonly heartbeats: HeartbeatRecord[] = [];
  private readonly alerts: CommittedAlert[] = [];

  constructor(
    private readonly tx: Repository,
    private readonly row: CacheRow,
    private readonly now: Date,
  ) {}

  message(record: MessageRecord): void {
    this.messages.push(record);
    // A command of an administrator about a detector is not a message from it.
    if (record.detector !== null && record.body !== null) this.heard.add(record.detector);
  }

  observation(record: ObservationRecord): void {
    this.observations.push(record);
  }

  /** Changes the state of an observation that is stored or will be. */
  change(change: StateChange): void {
    this.changes.set(change.command, change);
  }

  /** Adds the heartbeat of an observation. */
  addHeartbeat(heartbeat: HeartbeatRecord): void {
    this.heartbeats.push(heartbeat);
  }

  /** Counts a message for its detector's quota and measured rate. */
  count(kind: 'observations' | 'retractions', detector: string, minute: number): void {
    const key = `${detector} ${minute}`;
    const count = this.counts.get(key) ?? { detector, minute, observations: 0, retractions: 0 };
    count[kind]++;
    this.counts.set(key, count);
  }

  /** The detectors whose heartbeats are being written. */
  get detectorsBeating(): string[] {
    return this.heartbeats.map(({ detector }) => detector);
  }

  /** Writes messages, observations and states gathered since the last time. */
  writeMessages(): void {
    const { messages } = this;
    const observations =
      this.changes.size === 0 ? this.observations : this.observations.map((record) => this.withLatestState(record));
    const changes = [...this.changes.values()].map((change) => ({ ...change, cache: this.row.name }));
    this.messages = [];
    this.observations = [];
    this.changes = new Map();
    if (messages.length > 0) this.tx.send(sql.WRITE_MESSAGES, messageColumns(messages));
    if (observations.length > 0) {
      this.tx.send(sql.WRITE_OBSERVATIONS, [this.row.name, ...observationColumns(observations)]);
    }
    if (changes.length > 0) this.tx.send(sql.WRITE_STATES, [JSON.stringify(changes)]);
  }

  /** Writes the changed sub-groups and the alerts. */
  writeTables(
    before: ReadonlyMap<number, StandingMeta>,
    after: ReadonlyMap<number, SubGroup | undefined>,
    outcome: OutcomeWriter,
  ): void {
    this.writeSubGroups(before, after, outcome);
    this.writeAlerts(outcome);
  }

  /** An observation that arrives and changes its state before it is written is stored with its last state. */
  private withLatestState(record: ObservationRecord): ObservationRecord {
    const change = this.changes.get(record.command);
    if (change === undefined) return record;
    this.changes.delete(record.command);
    return { ...record, state: change.state, retracted_by: change.retracted_by };
  }

  /** `after` holds the sub-groups that changed as they are now; undefined: closed. */
  private writeSubGroups(
    before: ReadonlyMap<number, StandingMeta>,
    after: ReadonlyMap<number, SubGroup | undefined>,
    outcome: OutcomeWriter,
  ): void {
    const closed: bigint[] = [];
    const opened: SubGroup[] = [];
    const changed: SubGroup[] = [];
    const keys: bigint[] = [];
    for (const [number, subGroup] of after) {
      const key = before.get(number)?.key;
      if (subGroup === undefined) {
        if (key !== undefined) closed.push(key);
      } else if (key === undefined) {
        opened.push(subGroup);
      } else {
        changed.push(subGroup);
        keys.push(key);
      }
    }
    const { tx, now } = this;
    if (closed.length > 0) tx.send(sql.WRITE_CLOSED_SUB_GROUPS, [int8Column('key', closed), now]);
    if (changed.length > 0) {
      tx.send(sql.WRITE_CHANGED_SUB_GROUPS, [int8Column('key', keys), now, ...subGroupColumns(changed, outcome)]);
    }
    if (opened.length > 0) {
      tx.send(sql.WRITE_OPENED_SUB_GROUPS, [this.row.name, now, ...subGroupColumns(opened, outcome)]);
    }
  }

  private writeAlerts(outcome: OutcomeWriter): void {
    const cache = this.row.name;
    const at = { created_at: this.now, updated_at: this.now };
    if (outcome.newEvents.length + outcome.alerts.length > 0) {
      const events = outcome.newEvents.map(({ preSn, ...event }) => ({
        ...event,
        cache,
        state: 'open',
        pre_sn: preSn,
        ...at,
      }));
      this.tx.send(sql.WRITE_ALERTS, [
        JSON.stringify(events),
        cache,
        outcome.serverTag,
        ...alertColumns(outcome.alerts),
      ]);
      for (const { view, payload } of outcome.alerts) {
        this.alerts.push({ id: view.id, sequence: view.sequence, payload });
      }
    }
    if (outcome.fates.size > 0) {
      const values = [[...outcome.fates.keys()], [...outcome.fates.values()], this.now];
      this.tx.send(sql.WRITE_EVENT_STATES, values);
    }
  }

  /** Sends the last statements of the transaction. @returns the alerts that it stores, in order */
  writeCache(): readonly CommittedAlert[] {
    const { row } = this;
    writeHeartbeats(this.tx, this.heartbeats);
    this.tx.send(sql.WRITE_CACHE, [
      row.name,
      row.version,
      row.changedAt,
      row.nextCommand,
      row.nextSubGroup,
      row.nextSequence,
      row.lastSent,
      row.engineState === null ? null : JSON.stringify(row.engineState),
      JSON.stringify([...this.counts.values()]),
      [...this.heard].sort(),
      this.now,
      this.alerts.length > 0 ? row.name : null,
    ]);
    return this.alerts;
  }
}
