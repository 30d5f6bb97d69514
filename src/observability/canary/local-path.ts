import { Writable } from 'node:stream';
import { createAlertFeed } from '../../delivery/sse/alert-feed.js';
import { readMessage } from '../../domain/messages/any-message.js';
import { observeCommand } from '../../domain/messages/to-command.js';
import { fromPosixMilliseconds } from '../../domain/time.js';
import type { Path, PathLog } from './path.js';
import type { CanarySandbox } from './sandbox.js';

/**
 * The path without Kafka: observations go to the cache service, the alert to a reader of the alert stream in this process.
 * @param onAlert called when the reader has received an alert
 */
export async function openLocalPath(sandbox: CanarySandbox, onAlert: () => void, log: PathLog): Promise<Path> {
  const { service, reads } = sandbox;
  const observer = { onDelivered: onAlert, onFailed: () => undefined };
  const feed = createAlertFeed(reads.alerts, log, {}, observer);
  const follow = await feed.open('test', undefined);
  follow(new Writable({ write: (_chunk, _encoding, done) => done() }));
  service.onAlerts(feed.wake);
  return {
    ready: async () => undefined,
    async send(observations) {
      for (const observation of observations) {
        const read = readMessage(observation);
        if (read.kind !== 'CoincidenceTier') throw new Error(`the canary sent a ${read.kind}`);
        await service.observe(
          observeCommand(read.message, {
            receivedTime: fromPosixMilliseconds(Date.now()),
            source: 'canary',
            body: JSON.stringify(observation),
            uuid: observation.uuid,
          }),
        );
      }
    },
    close: () => feed.stop(),
  };
}
