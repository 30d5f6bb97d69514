import type { PrismaReads } from '../../database/prisma.js';
import type { CacheName } from '../../domain/cache-name.js';
import type { AlertType } from '../../domain/coincidence/engine.js';
import type { Json } from '../../domain/commands.js';
import { formatUtc, type Instant } from '../../domain/time.js';
import type { AlertView } from '../../domain/views.js';
import type { Alert } from '../../generated/prisma/client.js';
import { exactNumber, type Page, type PageRequest, toPage } from './page.js';
import { falseAlarmView, type StoredFalseAlarm } from './table-view.js';

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
    async list(filter: AlertFilter, page: PageRequest<number>): Promise<Page<AlertView, number>> {
      const beyond = page.after === undefined ? {} : { [page.descending ? 'lt' : 'gt']: BigInt(page.after) };
      const stored = await prisma.alert.findMany({
        where: {
          cache: filter.cache,
          sequence: beyond,
          ...(filter.eventId === undefined ? {} : { eventId: filter.eventId }),
          sentNs: {
            ...(filter.from === undefined ? {} : { gte: filter.from }),
            ...(filter.to === undefined ? {} : { lte: filter.to }),
          },
        },
        orderBy: { sequence: page.descending ? 'desc' : 'asc' },
        take: page.limit + 1,
      });
      return toPage(stored, page.limit, (alert) => exactNumber(alert.sequence), alertView);
    },

    async byId(id: string): Promise<AlertView | null> {
      const stored = await prisma.alert.findUnique({ where: { id } });
      return stored === null ? null : alertView(stored);
    },

    /** What a message caused, in the order sent. */
    async causedBy(messageUuid: string): Promise<AlertView[]> {
      const message = await prisma.message.findUnique({
        where: { uuid: messageUuid },
        select: { cache: true, command: true },
      });
      // What took no effect in a cache, like a retraction that waits for its observation, caused nothing.
      if (!message?.cache || message.command === null) return [];
      const { cache, command } = message;
      const stored = await prisma.alert.findMany({ where: { cache, command }, orderBy: { sequence: 'asc' } });
      return stored.map(alertView);
    },

    /** The alerts that follow a sequence, in order; none is passed over, for they are committed in that order. */
    async after(cache: CacheName, sequence: number, limit: number): Promise<AlertView[]> {
      const stored = await prisma.alert.findMany({
        where: { cache, sequence: { gt: BigInt(sequence) } },
        orderBy: { sequence: 'asc' },
        take: limit,
      });
      return stored.map(alertView);
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

/** @param alert as it is stored; its JSON and its names were written by the cache's own service */
export function alertView(alert: Alert): AlertView {
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
