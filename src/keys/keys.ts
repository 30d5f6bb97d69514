import type { PrismaReads } from '../database/prisma.js';
import { type Authenticator, createAuthenticator } from './authenticator.js';
import { createKeyRepository, type KeyRepository } from './repository.js';

/** The keys of the API: whose is this, and which are there. */
export interface Keys extends Authenticator, KeyRepository {}

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
    async revoke(id, actor) {
      const revoked = await repository.revoke(id, actor);
      authenticator.forget(id);
      return revoked;
    },
  };
}
