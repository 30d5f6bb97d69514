import type { PrismaReads } from '../database/prisma.js';
import type { CacheName } from '../domain/cache-name.js';
import type { Json } from '../domain/commands.js';
import { JsonText } from '../domain/json-text.js';
import { formatUtc, type Instant } from '../domain/time.js';
import type { ObservationState, ObservationView } from '../domain/views.js';
import { type Observation, Prisma } from '../generated/prisma/client.js';
import { readBounded } from './bounded-list.js';
import { exactNumber, type Page, type PageRequest } from './page.js';
import { bytesOf } from './within-bytes.js';

export interface ObservationFilter {
  readonly cache: CacheName;
  readonly detectorName?: string | undefined;
  readonly state?: ObservationState | undefined;
  /** The neutrino time, both ends included. */
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
}

/** The columns of an `Observation` that are shown. */
const COLUMNS = Prisma.sql`
  uuid, cache, command, id, detector_name AS "detectorName", neutrino_time AS "neutrinoTime",
  received_ns AS "receivedNs", state, p_val AS "pVal", is_pre_sn AS "isPreSn", machine_time AS "machineTime",
  sent_time AS "sentTime", schema_version AS "schemaVersion", meta::text AS meta`;

type ShownObservation = Omit<Observation, 'neutrinoNs' | 'expiresNs' | 'retractedBy' | 'resetBy' | 'meta'>;
/** With JSON as text. */
type ObservationRecord = ShownObservation & { readonly meta: string | null };

export function createObservations(prisma: PrismaReads) {
  return {
    /** In order of their commands, in which they were received. */
    list(filter: ObservationFilter, page: PageRequest<number>): Promise<Page<ObservationView, number>> {
      const { descending } = page;
      return readBounded<ObservationRecord, ObservationView, number>(
        prisma,
        {
          columns: COLUMNS,
          table: Prisma.sql`observation`,
          where: [
            Prisma.sql`cache = ${filter.cache}`,
            ...(filter.detectorName === undefined ? [] : [Prisma.sql`detector_name = ${filter.detectorName}`]),
            ...(filter.state === undefined ? [] : [Prisma.sql`state = ${filter.state}`]),
            ...(filter.from === undefined ? [] : [Prisma.sql`neutrino_ns >= ${filter.from}`]),
            ...(filter.to === undefined ? [] : [Prisma.sql`neutrino_ns <= ${filter.to}`]),
          ],
          beyond: (command) => (descending ? Prisma.sql`command < ${command}` : Prisma.sql`command > ${command}`),
          order: descending ? Prisma.sql`command DESC` : Prisma.sql`command`,
          bytes: bytesOf('meta'),
          key: ({ command }) => exactNumber(command),
          view: (record) => observationView(record, JsonText.of(record.meta)),
        },
        page,
      );
    },

    async byUuid(uuid: string): Promise<ObservationView | null> {
      const stored = await prisma.observation.findUnique({ where: { uuid } });
      return stored === null ? null : observationView(stored, stored.meta as Json);
    },
  };
}

/** @param observation as it is stored; its JSON and its names were written by the cache service */
function observationView(observation: ShownObservation, meta: ObservationView['meta']): ObservationView {
  return {
    uuid: observation.uuid,
    id: observation.id,
    cache: observation.cache as CacheName,
    detector_name: observation.detectorName,
    neutrino_time_utc: observation.neutrinoTime,
    received_time_utc: formatUtc(observation.receivedNs as Instant),
    machine_time_utc: observation.machineTime,
    sent_time_utc: observation.sentTime,
    p_val: observation.pVal,
    is_pre_sn: observation.isPreSn,
    state: observation.state as ObservationState,
    meta,
    schema_version: observation.schemaVersion,
  };
}
