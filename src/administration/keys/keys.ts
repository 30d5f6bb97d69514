import type { PrismaReads } from '../../database/prisma.js';
import { type Authenticator, createAuthenticator, REMEMBERED_KEYS } from './authenticator.js';
import { createKeyRepository, type KeyRepository } from './repository.js';

/** API keys: authentication and administration. */
export interface Keys extends Authenticator, KeyRepository {
  /** Remembers all keys before the first request, so that strangers can't delay their first use. */
  learnAll(): Promise<void>;
}

export interface KeysOptions {
  readonly prisma: PrismaReads;
  /** ADMIN_API_KEY. */
  readonly adminKey: string | undefined;
}

export function createKeys({ prisma, adminKey }: KeysOptions): Keys {
  const repository = createKeyRepository(prisma);
  const authenticator = createAuthenticator({ find: repository.find, adminKey });
  return {
    ...repository,
    ...authenticator,
    async learnAll() {
      authenticator.learn(await repository.newest(REMEMBERED_KEYS));
    },
    async create(request, actor) {
      const created = await repository.create(request, actor);
      authenticator.forget(created.record.id);
      return created;
    },
    async revoke(id, actor) {
      const revoked = await repository.revoke(id, actor);
      authenticator.forget(id);
      return revoked;
    },
  };
}
