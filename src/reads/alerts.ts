import type { PrismaReads } from '../database/prisma.js';
import type { CacheName } from '../domain/cache-name.js';
import type { AlertType } from '../domain/coincidence/engine.js';
import type { Json } from '../domain/commands.js';
import { formatUtc, type Instant } from '../domain/time.js';
import type { AlertView } from '../domain/views.js';
import { type Alert, Prisma } from '../generated/prisma/client.js';
import { type BoundedList, readAll, readBounded } from './bounded-list.js';
import { exactNumber, type Page, type PageRequest } from './page.js';
import { falseAlarmView, type StoredFalseAlarm } from './table-view.js';
import { bytesOf } from './within-bytes.js';

export interface AlertFilter {
  readonly cache: CacheName;
  readonly eventId?: string | undefined;
  /** When it was sent, both ends included. */
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
}

/** What went out to the world, and what is about to. Alerts are never altered and never removed. */
export function createAlerts(prisma: PrismaReads) {
  return {
    /** In the order in which they were sent: by sequence. */
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

    /** What a message caused, in the order sent. */
    async causedBy(messageUuid: string): Promise<readonly AlertView[]> {
      const message = await prisma.message.findUnique({
        where: { uuid: messageUuid },
        select: { cache: true, command: true },
      });
      // What took no effect in a cache, like a retraction that waits for its observation, caused nothing.
      if (!message?.cache || message.command === null) return [];
      const { cache, command } = message;
      const where = [Prisma.sql`cache = ${cache}`, Prisma.sql`command = ${command}`];
      return readAll(prisma, bySequence(where), { limit: Number.POSITIVE_INFINITY });
    },

    /** The alerts that follow a sequence, in order; none is passed over, for they are committed in that order. */
    async after(cache: CacheName, sequence: number, limit: number): Promise<readonly AlertView[]> {
      const where = [Prisma.sql`cache = ${cache}`];
      return readAll(prisma, bySequence(where), { limit, after: sequence });
    },

    /** The sequence of a cache's newest alert; 0 before the first. */
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

/** An alert, as far as it is shown. */
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
    // What the payload holds of detectors and times stands beside it too.
    bytes: bytesOf('payload', 'payload'),
    key: ({ sequence }) => exactNumber(sequence),
    view: alertView,
  };
}

/** @param alert as it is stored; its JSON and its names were written by the cache's own service */
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
