import type { PrismaReads } from '../../database/prisma.js';
import type { Log } from '../../domain/log.js';
import { storeKey } from './repository.js';

/** Keys that were created because there were none. */
export interface FirstKeys {
  readonly admin: string | undefined;
  readonly detector: string | undefined;
}

export interface FirstKeysOptions {
  /** ADMIN_API_KEY. */
  readonly adminApiKey: string | undefined;
  /** Whether created keys are printed: somebody reads the terminal. */
  readonly printFirstKeys: boolean;
}

const SERVER = 'server';
const NONE: FirstKeys = { admin: undefined, detector: undefined };

/**
 * Creates an admin key if there is none and no ADMIN_API_KEY, because nobody could administer the server. If there never was
 * a detector key, creates one for all registered detectors, for first experiments. Both only if they are printed. Of
 * replicas that start at the same time, one creates them.
 */
export async function createFirstKeys(
  prisma: PrismaReads,
  { adminApiKey, printFirstKeys }: FirstKeysOptions,
  log: Log,
): Promise<FirstKeys> {
  if (adminApiKey !== undefined) return NONE;
  if (!printFirstKeys) {
    if ((await countAdmins(prisma)) === 0) log.warn({ set: ['ADMIN_API_KEY', 'PRINT_FIRST_KEYS'] }, 'keys:no-admin');
    return NONE;
  }
  return await prisma.$transaction(async (tx) => {
    await tx.$executeRaw`LOCK TABLE api_key IN SHARE ROW EXCLUSIVE MODE`;
    const first = { name: 'first administrator', role: 'admin' as const, detectors: [] };
    const admin = (await countAdmins(tx)) === 0 ? await storeKey(tx, first, SERVER) : undefined;
    if ((await tx.apiKey.count({ where: { role: 'detector' } })) > 0) return { admin: admin?.key, detector: undefined };
    const detectors = await tx.detector.findMany({ select: { name: true }, orderBy: { name: 'asc' } });
    const request = { name: 'all detectors, to try the server out', role: 'detector' as const };
    const detector = await storeKey(tx, { ...request, detectors: detectors.map(({ name }) => name) }, SERVER);
    return { admin: admin?.key, detector: detector.key };
  });
}

function countAdmins({ apiKey }: Pick<PrismaReads, 'apiKey'>): Promise<number> {
  return apiKey.count({ where: { role: 'admin', revokedAt: null } });
}
