import type { PrismaReads } from '../../database/prisma.js';
import { type ApiKey, Prisma } from '../../generated/prisma/client.js';
import { readBounded } from '../../reads/bounded-list.js';
import type { Page, PageRequest } from '../../reads/page.js';
import { utcOf } from '../../reads/times.js';
import { bytesOf } from '../../reads/within-bytes.js';
import type { StoredKey } from './authenticator.js';
import { makeKey } from './key.js';
import type { Role } from './principal.js';

/** A key as administrators see it, without the secret. */
export interface KeyView {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly detectors: readonly string[];
  readonly created_at: string;
  /** The id of the key that created it. */
  readonly created_by: string;
  readonly revoked_at: string | null;
}

export interface KeyRequest {
  readonly name: string;
  readonly role: Role;
  readonly detectors: readonly string[];
}

/** A new key. `key` is what its holder sends; it is not stored. */
interface CreatedKey {
  readonly key: string;
  readonly record: KeyView;
}

type KeyTransaction = Pick<PrismaReads, 'apiKey' | 'auditLogEntry' | '$executeRaw'>;

export interface KeyRepository {
  /** The unrevoked key with this id. */
  find(id: string): Promise<StoredKey | undefined>;
  /** The newest unrevoked keys. */
  newest(limit: number): Promise<readonly StoredKey[]>;
  create(request: KeyRequest, actor: string): Promise<CreatedKey>;
  /** All keys in order of their ids, including revoked ones. */
  list(page: PageRequest<string>): Promise<Page<KeyView, string>>;
  /** Revokes a key for good; undefined: there is no such key. To revoke it again changes nothing. */
  revoke(id: string, actor: string): Promise<KeyView | undefined>;
}

/** Notifies other replicas of a key that was created or revoked; the payload is the id of the key. */
export const KEY_CHANNEL = 'snews_key';

/** The keys in the database. Changes are recorded in the audit log, in the same transaction. */
export function createKeyRepository(prisma: PrismaReads): KeyRepository {
  return {
    async find(id) {
      const found = await prisma.apiKey.findUnique({ where: { id, revokedAt: null } });
      return found === null ? undefined : toStored(found);
    },

    async newest(limit) {
      const found = await prisma.apiKey.findMany({
        where: { revokedAt: null },
        orderBy: { createdAt: 'desc' },
        take: limit,
      });
      return found.map(toStored);
    },

    async create(request, actor) {
      return prisma.$transaction((tx) => storeKey(tx, request, actor));
    },

    list: (page) =>
      readBounded<PublicKey, KeyView, string>(
        prisma,
        {
          columns: COLUMNS,
          table: Prisma.sql`api_key`,
          where: [],
          beyond: (id) => Prisma.sql`id > ${id}`,
          order: Prisma.sql`id`,
          bytes: bytesOf('detectors'),
          key: ({ id }) => id,
          view: toView,
        },
        page,
      ),

    async revoke(id, actor) {
      return prisma.$transaction(async (tx) => {
        const at = new Date();
        const { count } = await tx.apiKey.updateMany({ where: { id, revokedAt: null }, data: { revokedAt: at } });
        const key = await tx.apiKey.findUnique({ where: { id } });
        if (key === null) return undefined;
        if (count > 0) {
          await tx.auditLogEntry.create({ data: { at, actor, action: 'key:revoke', detail: { id, name: key.name } } });
          await tx.$executeRaw`SELECT pg_notify(${KEY_CHANNEL}, ${id})`;
        }
        return toView(key);
      });
    },
  };
}

/** Creates a key and records that, in the transaction of the caller. */
export async function storeKey(tx: KeyTransaction, request: KeyRequest, actor: string): Promise<CreatedKey> {
  const { id, key, hash } = makeKey();
  const { name, role } = request;
  const detectors = [...request.detectors];
  const at = new Date();
  const created = await tx.apiKey.create({
    data: { id, name, role, detectors, hash: new Uint8Array(hash), createdAt: at, createdBy: actor },
  });
  await tx.auditLogEntry.create({ data: { at, actor, action: 'key:create', detail: { id, name, role, detectors } } });
  await tx.$executeRaw`SELECT pg_notify(${KEY_CHANNEL}, ${id})`;
  return { key, record: toView(created) };
}

function toStored({ id, role, detectors, hash }: ApiKey): StoredKey {
  return { id, role: role as Role, detectors, hash };
}

/** A key without its hash. */
type PublicKey = Omit<ApiKey, 'hash'>;

const COLUMNS = Prisma.sql`
  id, name, role, detectors, created_at AS "createdAt", created_by AS "createdBy", revoked_at AS "revokedAt"`;

/** @param key as it is stored; its role was checked when it was created */
function toView({ id, name, role, detectors, createdAt, createdBy, revokedAt }: PublicKey): KeyView {
  return {
    id,
    name,
    role: role as Role,
    detectors,
    created_at: utcOf(createdAt),
    created_by: createdBy,
    revoked_at: revokedAt === null ? null : utcOf(revokedAt),
  };
}
