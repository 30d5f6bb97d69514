import { parse, v5 as uuidV5 } from 'uuid';
import type { CacheName } from '../../domain/cache-name.js';
import type { EngineAlert } from '../../domain/coincidence/engine.js';

/** Namespace of alert ids: made once, never to be changed. */
const ALERT_NAMESPACE = parse('5f6dd0b1-7cf5-4c0c-8a52-2c1de3f0a7b4');

/**
 * Ids of a cache's alerts, asked for in their order. The same history gives the same ids, so a database that was
 * restored and fed again can't alert twice unseen.
 */
export class AlertIds {
  private messageUuid: string | undefined;
  private readonly given = new Map<string, number>();

  constructor(
    private readonly cache: CacheName,
    private readonly resetCount: number,
  ) {}

  /** @param observations uuids of the alert's rows */
  next(
    messageUuid: string,
    { subGroup, type }: Pick<EngineAlert, 'subGroup' | 'type'>,
    observations: readonly string[],
  ): string {
    if (messageUuid !== this.messageUuid) this.given.clear();
    this.messageUuid = messageUuid;
    const cause = [this.cache, this.resetCount, messageUuid, subGroup, type, observations];
    const name = JSON.stringify(cause);
    // The engine that reproduces snews_cs may say the same again within one command.
    const repeated = this.given.get(name) ?? 0;
    this.given.set(name, repeated + 1);
    return uuidV5(Buffer.from(repeated === 0 ? name : JSON.stringify([...cause, repeated])), ALERT_NAMESPACE);
  }
}
