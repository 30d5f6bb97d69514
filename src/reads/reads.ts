import { createPrisma, type PrismaReads } from '../database/prisma.js';
import type { EngineName } from '../domain/coincidence/engine.js';
import { createAlerts } from './alerts.js';
import { createAnswers } from './answers.js';
import { createAuditLog } from './audit-log.js';
import { createDeadLetters } from './dead-letters.js';
import { createDeliveryRecords } from './deliveries.js';
import { createDetectors } from './detectors.js';
import { createEvents } from './events.js';
import { createFigures } from './figures.js';
import { createHeartbeatDays } from './heartbeat-day.js';
import { createHeartbeats } from './heartbeats.js';
import { createArchivedMessages } from './messages.js';
import { createObservationRates } from './observation-rates.js';
import { createObservations } from './observations.js';
import { createResets } from './resets.js';
import { createShadowReports } from './shadow.js';
import { createStatus } from './status.js';
import { createSubGroups } from './sub-groups.js';

/** What may be asked of the tables, by resource. */
export type Reads = ReturnType<typeof createReads>;

export interface ReadsOptions {
  /** Of the tables; by default that of the service. */
  readonly schema?: string;
  /** The engine whose comparison is shown; undefined: there is no shadow engine. */
  readonly shadowEngine?: EngineName | undefined;
}

/**
 * Opens the reads of a database, which own its Prisma client. `prisma` is for composition, which hands it to the rooms
 * that write tables of their own; all others read through `reads`.
 */
export function openReads(
  databaseUrl: string,
  log: Parameters<typeof createPrisma>[1],
  { schema, shadowEngine }: ReadsOptions = {},
) {
  const prisma = createPrisma(databaseUrl, log, schema);
  return { prisma, reads: createReads(prisma, shadowEngine), close: () => prisma.$disconnect() };
}

function createReads(prisma: PrismaReads, shadowEngine: EngineName | undefined) {
  return {
    alerts: createAlerts(prisma),
    answers: createAnswers(prisma),
    archivedMessages: createArchivedMessages(prisma),
    auditLog: createAuditLog(prisma),
    deadLetters: createDeadLetters(prisma),
    deliveries: createDeliveryRecords(prisma),
    detectors: createDetectors(prisma),
    events: createEvents(prisma),
    figures: createFigures(prisma),
    heartbeatDays: createHeartbeatDays(prisma),
    heartbeats: createHeartbeats(prisma),
    observationRates: createObservationRates(prisma),
    observations: createObservations(prisma),
    resets: createResets(prisma),
    shadow: createShadowReports(prisma, shadowEngine),
    status: createStatus(prisma),
    subGroups: createSubGroups(prisma),
  };
}
