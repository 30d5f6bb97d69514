import type { PrismaReads } from '../../database/prisma.js';
import { elapsed, inSeconds, parseUtc } from '../../domain/time.js';
import type { EventState } from '../../domain/views.js';
import type { Alert } from '../../generated/prisma/client.js';
import { alertView } from '../../reads/alerts.js';
import type { DeliveryReceipt, Notice, NoticeKind, NoticeRow } from './sinks/sink.js';

/** Reads what a sink needs beside an alert. */
export function createNotices(prisma: PrismaReads) {
  return {
    /** @param eventReceipt what the sink stored of the event's last alert */
    async of(alertId: string, eventReceipt: DeliveryReceipt): Promise<Notice> {
      const alert = await prisma.alert.findUniqueOrThrow({ where: { id: alertId } });
      const { eventId, sequence, subGroup } = alert;
      const ofEvent = { eventId };
      const [event, recordNumber, first, before] = await Promise.all([
        prisma.event.findUniqueOrThrow({ where: { id: eventId }, select: { state: true } }),
        prisma.alert.count({ where: { ...ofEvent, sequence: { lte: sequence } } }),
        prisma.alert.findFirstOrThrow({ where: ofEvent, orderBy: { sequence: 'asc' }, select: { id: true } }),
        prisma.alert.findFirst({
          where: { ...ofEvent, subGroup, sequence: { lt: sequence } },
          orderBy: { sequence: 'desc' },
        }),
      ]);
      const kind = kindOf(alert, recordNumber);
      return {
        alert: alertView(alert),
        isDrill: alert.cache === 'firedrill',
        kind,
        rows: rowsOf(alert),
        retracted:
          kind !== 'retraction' || before === null
            ? []
            : rowsOf(before).filter(({ observation }) => !alert.observations.includes(observation)),
        recordNumber,
        firstAlertId: first.id,
        eventReceipt,
        eventState: event.state as EventState,
      };
    },
  };
}

export type Notices = ReturnType<typeof createNotices>;

/** It follows from the alert alone: later changes of the event have alerts of their own. */
function kindOf({ alertType, observations }: Alert, recordNumber: number): NoticeKind {
  if (alertType === 'RETRACTION' || observations.length < 2) return 'retraction';
  return recordNumber === 1 ? 'initial' : 'update';
}

/** @param alert its lists are of equal length, and its times were written by this server */
function rowsOf({ observations, detectorNames, neutrinoTimes, pValues }: Alert): NoticeRow[] {
  const times = neutrinoTimes.map((time) => parseUtc(time));
  const first = times[0];
  return observations.map((observation, i) => {
    const time = times[i];
    return {
      observation,
      detector_name: detectorNames[i] ?? '',
      neutrino_time_utc: neutrinoTimes[i] ?? '',
      neutrino_time_delta: first === undefined || time === undefined ? 0 : inSeconds(elapsed(first, time)),
      p_val: (pValues as readonly (number | null)[])[i] ?? null,
    };
  });
}
