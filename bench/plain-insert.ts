import pg from 'pg';
import { onServer } from './postgres.js';

/** So many connections insert as quickly as more would: the service has as few. */
export const SOME_CLIENTS = 16;

/** The least that keeps an observation: one row, its uuid unique. */
export const INSERT = {
  name: 'insert',
  text: `INSERT INTO plain_observation (uuid, cache, detector_name, neutrino_time, received_at, body)
    VALUES ($1, $2, $3, $4, $5, $6)`,
};

export async function createPlainTable(databaseUrl: string): Promise<void> {
  await onServer(databaseUrl, (client) =>
    client.query(`CREATE TABLE plain_observation (uuid uuid PRIMARY KEY, cache text NOT NULL, detector_name text NOT NULL,
      neutrino_time text NOT NULL, received_at timestamptz NOT NULL, body json NOT NULL)`),
  );
}

export function row(message: { uuid: string; detector_name: string; neutrino_time_utc?: unknown }): unknown[] {
  const { uuid, detector_name, neutrino_time_utc } = message;
  return [uuid, 'test', detector_name, neutrino_time_utc, new Date(), JSON.stringify(message)];
}

const MOST_TRIES = 20;

/** Connections of their own for inserts without HTTP. */
export async function plainClients(databaseUrl: string, count: number): Promise<pg.Client[]> {
  const clients: pg.Client[] = [];
  for (let tries = 0; clients.length < count; ) {
    const client = new pg.Client({ connectionString: databaseUrl });
    try {
      await client.connect();
      clients.push(client);
    } catch (error) {
      // Connections that another part of the run has done with may not be closed yet.
      if (++tries === MOST_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  return clients;
}
