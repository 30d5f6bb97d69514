import type { Log } from '../../../../domain/log.js';
import { Partitioners, type Producer } from '../../../../kafka/client.js';
import { type Attempt, DeliveryError, type Notice, type Sink } from '../sink.js';
import { createGcnConnection } from './connection.js';
import { gcnNotice } from './notice.js';
import { requireValid } from './schema.js';
import type { GcnSettings } from './settings.js';

/** Kept short: the relay tries again for a day. */
const RETRY = { initialRetryTime: 200, maxRetryTime: 2_000, retries: 3 };

/**
 * Sends notices to NASA's GCN, over Kafka with a token that GCN issues. Alerts are rare: each is sent over a connection of
 * its own, so that none has to rely on a connection that was idle for months.
 */
export function createGcnSink(settings: GcnSettings, log: Log): Sink {
  const { tokens, kafka } = createGcnConnection(settings, log);

  async function send(producer: Producer, notice: Notice, value: string): Promise<void> {
    // Requested first, so that an error with it is not reported as a failed connection.
    await tokens.current();
    await producer.connect();
    await producer.send({
      topic: settings.topic,
      acks: -1,
      messages: [
        {
          // An event's notices stay in order: they go to one partition. A repeat is known by its UUID.
          key: notice.alert.event_id,
          value,
          headers: { alert_uuid: notice.alert.id },
        },
      ],
    });
  }

  return {
    name: 'gcn',

    async deliver(notice: Notice, { signal }: Attempt): Promise<null> {
      const composed = gcnNotice(notice);
      requireValid(composed);
      const producer = kafka.producer({
        createPartitioner: Partitioners.DefaultPartitioner,
        idempotent: true,
        maxInFlightRequests: 1,
        retry: RETRY,
      });
      try {
        await unlessAborted(send(producer, notice, JSON.stringify(composed)), signal);
      } catch (error) {
        tokens.forget();
        throw asDeliveryError(error);
      } finally {
        // Not awaited: with a broker that hangs it takes long, and nothing depends on it.
        void producer.disconnect().catch((error) => log.debug({ err: error }, 'gcn:not-disconnected'));
      }
      return null;
    },

    async close(): Promise<void> {},
  };
}

/** Kafka's client has no signals: after the abort it goes on, and its result is ignored. */
async function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const done = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    const abort = () => reject(new DeliveryError('GCN did not answer in time', 'transient'));
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { signal: done.signal });
  });
  try {
    await Promise.race([work, aborted]);
  } finally {
    done.abort();
    work.catch(() => {});
  }
}

/** Errors that last until GCN grants something or the configuration is changed. */
const LASTING: Readonly<Record<string, string>> = {
  TOPIC_AUTHORIZATION_FAILED: 'the client may not write to GCN_TOPIC: ask GCN for the permission',
  CLUSTER_AUTHORIZATION_FAILED: 'the client may not write idempotently: ask GCN for the permission',
  UNKNOWN_TOPIC_OR_PARTITION: 'there is no such topic, or not for this client: check GCN_TOPIC',
};

function asDeliveryError(error: unknown): DeliveryError {
  const said = error instanceof Error ? error.message : 'unknown';
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof DeliveryError) return cause;
    const advice = 'type' in cause ? LASTING[String(cause.type)] : undefined;
    if (advice !== undefined) return new DeliveryError(`GCN rejects the notice: ${advice} (${said})`, 'permanent');
    if (cause.name === 'KafkaJSConnectionClosedError') {
      return new DeliveryError(
        `GCN's broker closed the connection, as it does if it rejects the token (${said})`,
        'transient',
      );
    }
  }
  return new DeliveryError(`The notice was not sent to GCN: ${said}`, 'transient');
}
