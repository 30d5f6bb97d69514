import type { PrismaReads } from '../../database/prisma.js';
import type { CacheName } from '../../domain/cache-name.js';
import type { Json } from '../../domain/commands.js';
import { formatUtc, type Instant } from '../../domain/time.js';
import type { ObservationState, ObservationView } from '../../domain/views.js';
import type { Observation } from '../../generated/prisma/client.js';
import { exactNumber, type Page, type PageRequest, toPage } from './page.js';

export interface ObservationFilter {
  readonly cache: CacheName;
  readonly detectorName?: string | undefined;
  readonly state?: ObservationState | undefined;
  /** The neutrino time, both ends included. */
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
}

export function createObservations(prisma: PrismaReads) {
  return {
    /** In the order in which they were received: by command. */
    async list(filter: ObservationFilter, page: PageRequest<number>): Promise<Page<ObservationView, number>> {
      const beyond = page.after === undefined ? {} : { [page.descending ? 'lt' : 'gt']: BigInt(page.after) };
      const stored = await prisma.observation.findMany({
        where: {
          cache: filter.cache,
          command: beyond,
          ...(filter.detectorName === undefined ? {} : { detectorName: filter.detectorName }),
          ...(filter.state === undefined ? {} : { state: filter.state }),
          neutrinoNs: {
            ...(filter.from === undefined ? {} : { gte: filter.from }),
            ...(filter.to === undefined ? {} : { lte: filter.to }),
          },
        },
        orderBy: { command: page.descending ? 'desc' : 'asc' },
        take: page.limit + 1,
      });
      return toPage(stored, page.limit, (observation) => exactNumber(observation.command), observationView);
    },

    async byUuid(uuid: string): Promise<ObservationView | null> {
      const stored = await prisma.observation.findUnique({ where: { uuid } });
      return stored === null ? null : observationView(stored);
    },
  };
}

/** @param observation as it is stored; its JSON and its names were written by the cache's own service */
export function observationView(observation: Observation): ObservationView {
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
    meta: observation.meta as Json,
    schema_version: observation.schemaVersion,
  };
}
