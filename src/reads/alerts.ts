import type { PrismaReads } from '../database/prisma.js';
import type { CacheName } from '../domain/cache-name.js';
import type { AlertType } from '../domain/coincidence/engine.js';
import type { Json } from '../domain/commands.js';
import { formatUtc, type Instant } from '../domain/time.js';
import type { AlertView } from '../domain/views.js';
import { type Alert, Prisma } from '../generated/prisma/client.js';
import { type BoundedList, readAll, readBounded } from './bounded-list.js';
import { exactNumber, type Page, type PageRequest } from './page.js';
import { falseAlarmView, type StoredFalseAlarm } from './sub-group-view.js';
import { bytesOf } from './within-bytes.js';

export interface AlertFilter {
  readonly cache: CacheName;
  readonly eventId?: string | undefined;
  /** The time of sending, both ends included. */
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
}

/** Alerts, which are never changed and never removed. */
export function createAlerts(prisma: PrismaReads) {
  return {
    /** In order of sequence, in which they were sent. */
    list(filter: AlertFilter, page: PageRequest<number>): Promise<Page<AlertView, number>> {
      const where = [
        Prisma.sql`cache = ${filter.cache}`,
        ...(filter.eventId === undefined ? [] : [Prisma.sql`event_id = ${filter.eventId}`]),
        ...(filter.from === undefined ? [] : [Prisma.sql`sent_ns >= ${filter.from}`]),
        ...(filter.to === undefined ? [] : [Prisma.sql`sent_ns <= ${filter.to}`]),
      ];
      return readBounded(prisma, bySequence(where, page.descending), page);
    },

    async byId(id: string): Promise<AlertView | null> {
      const stored = await prisma.alert.findUnique({ where: { id } });
      return stored === null ? null : alertView(stored);
    },

    /** The alerts that a message caused, in the order in which they were sent. */
    async causedBy(messageUuid: string): Promise<readonly AlertView[]> {
      const message = await prisma.message.findUnique({
        where: { uuid: messageUuid },
        select: { cache: true, command: true },
      });
      // A message without a command, like a retraction whose observation was not received yet, caused nothing.
      if (!message?.cache || message.command === null) return [];
      const { cache, command } = message;
      const where = [Prisma.sql`cache = ${cache}`, Prisma.sql`command = ${command}`];
      return readAll(prisma, bySequence(where), { limit: Number.POSITIVE_INFINITY });
    },

    /** The alerts after a sequence, in order. None is missed, because alerts are committed in order of sequence. */
    async after(cache: CacheName, sequence: number, limit: number): Promise<readonly AlertView[]> {
      const where = [Prisma.sql`cache = ${cache}`];
      return readAll(prisma, bySequence(where), { limit, after: sequence });
    },

    /** The sequence of the newest alert of a cache; 0 before the first. */
    async newest(cache: CacheName): Promise<number> {
      const { nextSequence } = await prisma.cache.findUniqueOrThrow({
        where: { name: cache },
        select: { nextSequence: true },
      });
      return exactNumber(nextSequence) - 1;
    },
  };
}

/** An `AlertRecord`. */
const COLUMNS = Prisma.sql`
  id, cache, sequence, alert_type AS "alertType", sub_group AS "subGroup", event_id AS "eventId", pre_sn AS "preSn",
  detector_names AS "detectorNames", neutrino_times AS "neutrinoTimes", p_values AS "pValues",
  p_values_average AS "pValuesAverage", false_alarm AS "falseAlarm", server_tag AS "serverTag", sent_ns AS "sentNs",
  payload`;

/** The columns of an alert that are shown. */
type AlertRecord = Omit<Alert, 'messageUuid' | 'command' | 'observations' | 'firstNs' | 'lastNs'>;

/** Alerts in the order in which they were sent. */
export function bySequence(
  where: readonly Prisma.Sql[],
  descending = false,
): BoundedList<AlertRecord, AlertView, number> {
  return {
    columns: COLUMNS,
    table: Prisma.sql`alert`,
    where,
    beyond: (sequence) => (descending ? Prisma.sql`sequence < ${sequence}` : Prisma.sql`sequence > ${sequence}`),
    order: descending ? Prisma.sql`sequence DESC` : Prisma.sql`sequence`,
    // The payload repeats detectors and times of the other columns.
    bytes: bytesOf('payload', 'payload'),
    key: ({ sequence }) => exactNumber(sequence),
    view: alertView,
  };
}

/** @param alert as it is stored; its JSON and its names were written by the cache service */
export function alertView(alert: AlertRecord): AlertView {
  return {
    id: alert.id,
    sequence: exactNumber(alert.sequence),
    cache: alert.cache as CacheName,
    alert_type: alert.alertType as AlertType,
    sub_group: alert.subGroup,
    event_id: alert.eventId,
    pre_sn: alert.preSn,
    detector_names: alert.detectorNames,
    neutrino_times: alert.neutrinoTimes,
    p_values: alert.pValues as readonly (number | null)[],
    p_values_average: alert.pValuesAverage,
    false_alarm: falseAlarmView(alert.falseAlarm as StoredFalseAlarm | null),
    server_tag: alert.serverTag,
    sent_time_utc: formatUtc(alert.sentNs as Instant),
    payload: alert.payload as Json,
  };
}
