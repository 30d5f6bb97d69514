import { parse, v5 as uuidV5 } from 'uuid';
import type { CacheName } from '../../domain/cache-name.js';
import type { EngineAlert } from '../../domain/coincidence/engine.js';

/** The namespace of alert ids. It must never change. */
const ALERT_NAMESPACE = parse('5f6dd0b1-7cf5-4c0c-8a52-2c1de3f0a7b4');

/**
 * Makes the ids of a cache's alerts, in their order. The same history gives the same ids, so that a database that was
 * restored and read the stream again does not send an alert twice under two ids.
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
    // The engine that reproduces snews_cs may raise the same alert twice within one command.
    const repeated = this.given.get(name) ?? 0;
    this.given.set(name, repeated + 1);
    return uuidV5(Buffer.from(repeated === 0 ? name : JSON.stringify([...cause, repeated])), ALERT_NAMESPACE);
  }
}
