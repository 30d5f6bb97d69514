import type { PrismaReads } from '../../database/prisma.js';
import type { DeliveryState, ResendAnswer, SinkName } from '../../domain/views.js';
import { deliveryRecordView } from '../../reads/deliveries.js';
import { DELIVERY_LIFETIME } from './lifetime.js';

/** Notifies all replicas of a delivery that is to be sent again; its payload is the sink. */
export const DELIVERY_CHANNEL = 'snews_delivery';

/** Makes a delivery due again. @param sinks those that are configured */
export function createResend(prisma: PrismaReads, sinks: readonly SinkName[]) {
  /**
   * Makes a delivery due now, for another 24 h. A delivered one is sent again, with the same ids, to all recipients; a
   * failed one to those who have not received it. It is recorded in the audit log.
   * @param actor the id of the key
   */
  return async (id: number, actor: string): Promise<ResendAnswer> => {
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
          failsAt: new Date(at.getTime() + DELIVERY_LIFETIME),
          warnedAt: null,
        },
      });
      const detail = { id, sink: before.sink, alert: delivery.alertId, was: before.state };
      await tx.auditLogEntry.create({ data: { at, actor, action: 'delivery:resend', detail } });
      await tx.$executeRaw`SELECT pg_notify(${DELIVERY_CHANNEL}, ${before.sink})`;
      return { kind: 'due', delivery: deliveryRecordView(delivery) };
    });
  };
}
