import { type KafkaLog, Partitioners, type Producer } from '../../../../kafka/client.js';
import { type Attempt, DeliveryError, type Notice, type Sink } from '../sink.js';
import { createGcnConnection } from './connection.js';
import { gcnNotice } from './notice.js';
import { requireValid } from './schema.js';
import type { GcnSettings } from './settings.js';

/** Kept short: the relay tries again for a day. */
const RETRY = { initialRetryTime: 200, maxRetryTime: 2_000, retries: 3 };

/**
 * Tells NASA's GCN, over Kafka with a token of its own issue. Alerts are rare: each is sent over a connection of its
 * own, so that none is ever found dead when it matters.
 */
export function createGcnSink(settings: GcnSettings, log: KafkaLog): Sink {
  const { tokens, kafka } = createGcnConnection(settings, log);

  async function send(producer: Producer, notice: Notice, value: string): Promise<void> {
    // Asked for beforehand, so that what is wrong with it is told as it is, not as a failed connection.
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
        // Not awaited: a broker that hangs may take its time to be let go of, and nobody needs to know.
        void producer.disconnect().catch((error) => log.debug({ err: error }, 'gcn:not-disconnected'));
      }
      return null;
    },

    async close(): Promise<void> {},
  };
}

/** Kafka's client knows nothing of signals: what it still does is of no interest then. */
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

/** What GCN has to be asked for, or the configuration to be changed. */
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
    if (advice !== undefined) return new DeliveryError(`GCN takes no notice: ${advice} (${said})`, 'permanent');
    if (cause.name === 'KafkaJSConnectionClosedError') {
      return new DeliveryError(
        `GCN's broker hung up, as it does on a token that it does not like (${said})`,
        'transient',
      );
    }
  }
  return new DeliveryError(`GCN takes no notice: ${said}`, 'transient');
}
