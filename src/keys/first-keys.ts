import type { PrismaReads } from '../database/prisma.js';
import type { KeyRepository } from './repository.js';

/** Keys that were made because there were none. */
export interface FirstKeys {
  readonly admin: string | undefined;
  readonly detector: string | undefined;
}

const SERVER = 'server';

/**
 * A server that nobody can administer is of no use: without ADMIN_API_KEY and without any admin key, one is made.
 * So is, if there never was one, a key that writes for all registered detectors, to try the server out with.
 */
export async function createFirstKeys(
  prisma: PrismaReads,
  keys: KeyRepository,
  configuredAdminKey: string | undefined,
): Promise<FirstKeys> {
  const [admins, detectorKeys] = await Promise.all([
    prisma.apiKey.count({ where: { role: 'admin', revokedAt: null } }),
    prisma.apiKey.count({ where: { role: 'detector' } }),
  ]);
  const needsAdmin = configuredAdminKey === undefined && admins === 0;
  const admin = needsAdmin
    ? await keys.create({ name: 'first administrator', role: 'admin', detectors: [] }, SERVER)
    : undefined;
  if (detectorKeys > 0) return { admin: admin?.key, detector: undefined };
  const detectors = await prisma.detector.findMany({ select: { name: true }, orderBy: { name: 'asc' } });
  const request = { name: 'all detectors, to try the server out', role: 'detector' as const };
  const detector = await keys.create({ ...request, detectors: detectors.map(({ name }) => name) }, SERVER);
  return { admin: admin?.key, detector: detector.key };
}
