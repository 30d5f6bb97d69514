import type { PrismaReads } from '../database/prisma.js';
import { type Detector, Prisma } from '../generated/prisma/client.js';
import type { DetectorView } from '../reads/detectors.js';

export type DetectorAdministration = ReturnType<typeof createDetectorAdministration>;

/** What administrators enter of a detector. */
export type DetectorEntry = Pick<
  DetectorView,
  'name' | 'id' | 'full_name' | 'type' | 'site' | 'latitude' | 'longitude'
>;

/** The fields that may be changed; undefined: not changed. The name can't be changed: messages and keys refer to it. */
export type DetectorChange = {
  readonly [Key in Exclude<keyof DetectorEntry, 'name'>]?: DetectorEntry[Key] | undefined;
};

/** Another detector has this name or id. */
export class DetectorKnown extends Error {
  override readonly name = 'DetectorKnown';
  constructor(
    readonly field: 'name' | 'id',
    value: string | number,
  ) {
    super(`there is already a detector with the ${field} ${value}`);
  }
}

/**
 * Adds and changes detectors, with effect on all replicas from the next transaction on. Changes are recorded in the audit log,
 * in the same transaction. Detectors are never removed: their messages refer to them.
 */
export function createDetectorAdministration(prisma: PrismaReads) {
  return {
    /** @throws DetectorKnown */
    async add({ full_name, ...rest }: DetectorEntry, actor: string): Promise<void> {
      const { name, id } = rest;
      try {
        await prisma.$transaction([
          prisma.detector.create({ data: { ...rest, fullName: full_name } }),
          prisma.auditLogEntry.create({
            data: { at: new Date(), actor, action: 'detector:add', detail: { ...rest, full_name } },
          }),
        ]);
      } catch (error) {
        if (!isTaken(error)) throw error;
        const byName = await prisma.detector.findUnique({ where: { name } });
        throw byName === null ? new DetectorKnown('id', id) : new DetectorKnown('name', name);
      }
    },

    /**
     * A change without effect is not recorded.
     * @returns false if there is no such detector
     * @throws DetectorKnown
     */
    async change(name: string, change: DetectorChange, actor: string): Promise<boolean> {
      try {
        return await prisma.$transaction(async (tx) => {
          // Concurrent changes come one after the other.
          await tx.$queryRaw`SELECT FROM detector WHERE name = ${name} FOR UPDATE`;
          const stored = await tx.detector.findUnique({ where: { name } });
          if (stored === null) return false;
          const before = entryOf(stored);
          const is = differences(before, change);
          if (Object.keys(is).length === 0) return true;
          const { full_name: fullName, ...rest } = { ...before, ...is };
          await tx.detector.update({ where: { name }, data: { ...rest, fullName } });
          const was = Object.fromEntries(Object.keys(is).map((key) => [key, before[key as keyof DetectorEntry]]));
          await tx.auditLogEntry.create({
            data: { at: new Date(), actor, action: 'detector:change', detail: { name, was, is: { ...is } } },
          });
          return true;
        });
      } catch (error) {
        throw isTaken(error) ? new DetectorKnown('id', change.id as number) : error;
      }
    },
  };
}

function entryOf({ name, id, fullName: full_name, type, site, latitude, longitude }: Detector): DetectorEntry {
  return { name, id, full_name, type, site, latitude, longitude };
}

/** The fields whose values a change would alter. */
function differences(before: DetectorEntry, change: DetectorChange): Partial<DetectorEntry> {
  const entries = Object.entries(change) as [keyof DetectorChange, string | number | undefined][];
  return Object.fromEntries(entries.filter(([key, value]) => value !== undefined && value !== before[key]));
}

function isTaken(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';
}
