import type { Log } from '../../../../domain/log.js';
import { createKafka, type Kafka } from '../../../../kafka/client.js';
import type { GcnSettings } from './settings.js';
import { createTokens } from './token.js';

/** GCN's brokers, and the tokens for them. */
export function createGcnConnection(settings: GcnSettings, log: Log) {
  const tokens = createTokens(settings);
  const kafka: Kafka = createKafka(
    {
      brokers: settings.brokers,
      ssl: settings.tokenUrl.protocol === 'https:',
      sasl: { mechanism: 'oauthbearer', oauthBearerProvider: async () => ({ value: await tokens.current() }) },
    },
    log,
  );
  return { tokens, kafka };
}
