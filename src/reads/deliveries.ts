import type { PrismaReads } from '../../database/prisma.js';
import type { CacheName } from '../../domain/cache-name.js';
import { withoutAddresses } from '../../domain/mail-address.js';
import type { AlertView, DeliveryRecordView, DeliveryState, DeliveryView } from '../../domain/views.js';
import type { Delivery } from '../../generated/prisma/client.js';
import { exactNumber, type Page, type PageRequest, toPage } from '../../reads/page.js';
import { utcOf } from '../../reads/times.js';
import { PATIENCE } from './patience.js';
import type { SinkName } from './sinks/sink.js';

export interface DeliveryFilter {
  readonly sink?: SinkName | undefined;
  readonly state?: DeliveryState | undefined;
  readonly alertId?: string | undefined;
}

/** What became of the wish to send again. */
export type Resend =
  | { readonly kind: 'due'; readonly delivery: DeliveryRecordView }
  | { readonly kind: 'unknown' | 'sending' | 'unconfigured' };

/** Told to all replicas when a delivery is to be sent again; its payload is the sink. */
export const DELIVERY_CHANNEL = 'snews_delivery';

/**
 * How deliveries fared, as they are shown, and the wish to send one again.
 * @param sinks those that are configured
 */
export function createDeliveryRecords(prisma: PrismaReads, sinks: readonly SinkName[]) {
  return {
    /** The newest first. */
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
      return toPage(stored, page.limit, ({ id }) => exactNumber(id), recordView);
    },

    /** How each of these alerts fared, Kafka first. */
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

    /**
     * Makes a delivery due now, for another 24 h. One that was delivered goes out again, with the same ids, to all
     * recipients; one that failed to those who haven't got it. Recorded with who wished it.
     * @param actor the id of the key
     */
    async resend(id: number, actor: string): Promise<Resend> {
      return prisma.$transaction(async (tx) => {
        const [before] = await tx.$queryRaw<{ state: DeliveryState; sink: SinkName }[]>`
          SELECT state, sink FROM delivery WHERE id = ${id} FOR UPDATE`;
        if (before === undefined) return { kind: 'unknown' };
        if (before.state === 'sending') return { kind: 'sending' };
        if (!sinks.includes(before.sink)) return { kind: 'unconfigured' };
        const at = new Date();
        const delivery = await tx.delivery.update({
          where: { id },
          data: {
            state: 'waiting',
            tries: 0,
            dueAt: at,
            givesUpAt: new Date(at.getTime() + PATIENCE),
            warnedAt: null,
          },
        });
        const detail = { id, sink: before.sink, alert: delivery.alertId, was: before.state };
        await tx.adminAct.create({ data: { at, actor, act: 'delivery:resend', detail } });
        await tx.$executeRaw`SELECT pg_notify(${DELIVERY_CHANNEL}, ${before.sink})`;
        return { kind: 'due', delivery: recordView(delivery) };
      });
    },
  };
}

function kafkaView(isThere: boolean): DeliveryView {
  const state = isThere ? 'delivered' : 'waiting';
  return { id: null, sink: 'kafka', state, tries: null, last_error: null, next_try_at: null, delivered_at: null };
}

/** @param delivery as it is stored: its sink and state were written by this server */
function recordView(delivery: Delivery): DeliveryRecordView {
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
    gives_up_at: utcOf(delivery.givesUpAt),
  };
}

/** For holders of any key: addresses, of which mail servers' answers are full, are not theirs to see. */
function openView(delivery: Delivery): DeliveryView {
  const { id, sink, state, tries, last_error: error, next_try_at, delivered_at } = recordView(delivery);
  const last_error = error === null ? null : withoutAddresses(error);
  return { id, sink, state, tries, last_error, next_try_at, delivered_at };
}
