import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Topics } from '../kafka/index.js';

/** Where the collaboration's programs log in. */
export interface SaslAccess {
  readonly brokers: string;
  readonly username: string;
  readonly password: string;
}

/** Writes hop's auth.toml below a home directory. */
export async function writeAuthentication(home: string, { username, password }: SaslAccess): Promise<void> {
  const file = join(home, '.config', 'hop', 'auth.toml');
  await mkdir(dirname(file), { recursive: true });
  const content = `[[auth]]
username = "${username}"
password = "${password}"
protocol = "SASL_PLAINTEXT"
mechanism = "SCRAM_SHA_512"
`;
  // hop refuses a file that others may read.
  await writeFile(file, content, { mode: 0o600 });
}

/** The topics as snews_pt and snews_cs find them in their environment. */
export function topicVariables({ brokers }: SaslAccess, topics: Topics): Readonly<Record<string, string>> {
  return {
    OBSERVATION_TOPIC: `kafka://${brokers}/${topics.observations}`,
    ALERT_TOPIC: `kafka://${brokers}/${topics.alerts}`,
    FIREDRILL_OBSERVATION_TOPIC: `kafka://${brokers}/${topics.firedrillObservations}`,
    FIREDRILL_ALERT_TOPIC: `kafka://${brokers}/${topics.firedrillAlerts}`,
    CONNECTION_TEST_TOPIC: `kafka://${brokers}/${topics.connectionTests}`,
  };
}
