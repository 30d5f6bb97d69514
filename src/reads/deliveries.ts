import type { PrismaReads } from '../database/prisma.js';
import type { CacheName } from '../domain/cache-name.js';
import { withoutAddresses } from '../domain/email-address.js';
import type { AlertView, DeliveryRecordView, DeliveryState, DeliveryView, SinkName } from '../domain/views.js';
import type { Delivery } from '../generated/prisma/client.js';
import { exactNumber, type Page, type PageRequest, toPage } from './page.js';
import { utcOf } from './times.js';

export interface DeliveryFilter {
  readonly sink?: SinkName | undefined;
  readonly state?: DeliveryState | undefined;
  readonly alertId?: string | undefined;
}

/** How alerts were delivered to people, and to Kafka. */
export function createDeliveryRecords(prisma: PrismaReads) {
  return {
    /** Newest first. */
    async list(filter: DeliveryFilter, page: PageRequest<number>): Promise<Page<DeliveryRecordView, number>> {
      const { sink, state, alertId } = filter;
      const stored = await prisma.delivery.findMany({
        where: {
          ...(page.after === undefined ? {} : { id: { lt: BigInt(page.after) } }),
          ...(sink === undefined ? {} : { sink }),
          ...(state === undefined ? {} : { state }),
          ...(alertId === undefined ? {} : { alertId }),
        },
        orderBy: { id: 'desc' },
        take: page.limit + 1,
      });
      return toPage(stored, page.limit, ({ id }) => exactNumber(id), deliveryRecordView);
    },

    /** The deliveries of each of these alerts, Kafka first. */
    async of(alerts: readonly AlertView[]): Promise<(alert: AlertView) => readonly DeliveryView[]> {
      const [stored, published] = await Promise.all([
        prisma.delivery.findMany({ where: { alertId: { in: alerts.map(({ id }) => id) } }, orderBy: { sink: 'asc' } }),
        prisma.alertPublication.findMany(),
      ]);
      const reached = new Map(published.map(({ cache, sequence }) => [cache as CacheName, exactNumber(sequence)]));
      const byAlert = new Map<string, DeliveryView[]>();
      for (const delivery of stored) {
        const known = byAlert.get(delivery.alertId);
        if (known === undefined) byAlert.set(delivery.alertId, [openView(delivery)]);
        else known.push(openView(delivery));
      }
      return ({ id, cache, sequence }) => {
        const last = reached.get(cache);
        const kafka = last === undefined ? [] : [kafkaView(sequence <= last)];
        return [...kafka, ...(byAlert.get(id) ?? [])];
      };
    },
  };
}

function kafkaView(isThere: boolean): DeliveryView {
  const state = isThere ? 'delivered' : 'waiting';
  return { id: null, sink: 'kafka', state, tries: null, last_error: null, next_try_at: null, delivered_at: null };
}

/** @param delivery as it is stored: its sink and state were written by this server */
export function deliveryRecordView(delivery: Delivery): DeliveryRecordView {
  const { state, dueAt, deliveredAt } = delivery;
  return {
    id: exactNumber(delivery.id),
    sink: delivery.sink as SinkName,
    alert_id: delivery.alertId,
    event_id: delivery.eventId,
    state: state as DeliveryState,
    tries: delivery.tries,
    last_error: delivery.lastError,
    next_try_at: state === 'waiting' ? utcOf(dueAt) : null,
    delivered_at: deliveredAt === null ? null : utcOf(deliveredAt),
    created_at: utcOf(delivery.createdAt),
    gives_up_at: utcOf(delivery.failsAt),
  };
}

/** For callers with any key: without the e-mail addresses that answers of mail servers contain. */
function openView(delivery: Delivery): DeliveryView {
  const { id, sink, state, tries, last_error: error, next_try_at, delivered_at } = deliveryRecordView(delivery);
  const last_error = error === null ? null : withoutAddresses(error);
  return { id, sink, state, tries, last_error, next_try_at, delivered_at };
}
