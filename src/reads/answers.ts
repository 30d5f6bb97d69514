import type { PrismaReads } from '../database/prisma.js';
import type { CacheName } from '../domain/cache-name.js';
import type { ObserveCommand, RetractCommand } from '../domain/commands.js';
import type { ObserveAnswer, RetractAnswer } from '../domain/views.js';
import { createAlerts } from './alerts.js';
import { createObservations } from './observations.js';
import { createSubGroups } from './sub-groups.js';

export type Answers = ReturnType<typeof createAnswers>;

/** Answers to messages that were received before: the alerts of the first time, the present sub-groups. */
export function createAnswers(prisma: PrismaReads) {
  const observations = createObservations(prisma);
  const alerts = createAlerts(prisma);
  const subGroupReads = createSubGroups(prisma);

  async function observedAgain(command: ObserveCommand): Promise<ObserveAnswer> {
    const [observation, subGroups, caused] = await Promise.all([
      observations.byUuid(command.uuid),
      subGroupReads.holding(command.cache, command.uuid),
      alerts.causedBy(command.uuid),
    ]);
    if (observation === null) throw new Error(`the observation of the message ${command.uuid} is missing`);
    return { duplicate: true, observation, sub_groups: subGroups, alerts: caused };
  }

  async function retractedAgain(command: RetractCommand): Promise<RetractAnswer> {
    const [retracted, caused, seen] = await Promise.all([
      prisma.observation.findMany({
        // An observation that a reset had dropped before was in no sub-group any more.
        where: { retractedBy: command.uuid, state: { not: 'reset' } },
        orderBy: { command: 'asc' },
        select: { uuid: true, cache: true },
      }),
      alerts.causedBy(command.uuid),
      'uuid' in command.target ? cacheOf(command.target.uuid) : Promise.resolve(command.cache),
    ]);
    const numbers = [...new Set(caused.map((alert) => alert.sub_group))];
    return {
      duplicate: true,
      pending: seen === undefined,
      retracted: retracted.map(({ uuid }) => uuid),
      sub_groups: await subGroupReads.open(seen ?? command.cache, numbers),
      alerts: caused,
    };
  }

  /** The cache of an observation in any state; undefined: it was not received. */
  async function cacheOf(uuid: string): Promise<CacheName | undefined> {
    const found = await prisma.observation.findUnique({ where: { uuid }, select: { cache: true } });
    return found?.cache as CacheName | undefined;
  }

  return {
    cacheOf,

    /** The cache of a reset; undefined: there is no such reset. */
    async cacheOfReset(id: string): Promise<CacheName | undefined> {
      const found = await prisma.cacheReset.findUnique({ where: { id }, select: { cache: true } });
      return found?.cache as CacheName | undefined;
    },

    /** Undos of resets that are under way. */
    async undosUnderWay(): Promise<{ readonly id: string; readonly cache: CacheName; readonly actor: string }[]> {
      const found = await prisma.cacheReset.findMany({
        where: { undoAskedAt: { not: null }, undoneAt: null },
        select: { id: true, cache: true, undoActor: true },
      });
      return found.map(({ id, cache, undoActor }) => ({ id, cache: cache as CacheName, actor: undoActor ?? '' }));
    },

    again: (command: ObserveCommand | RetractCommand): Promise<ObserveAnswer | RetractAnswer> =>
      command.kind === 'observe' ? observedAgain(command) : retractedAgain(command),
  };
}
