import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { CacheName } from '../../src/domain/cache-name.js';
import { formatUtc, type Instant, parseUtc } from '../../src/domain/time.js';

/** Rows as the cache's service leaves them, made by hand: so reads are tested by what is stored, not by who stored it. */
export interface Stored {
  readonly client: pg.Client;
  observation(given: ObservationRow): Promise<string>;
  subGroup(given: SubGroupRow): Promise<void>;
  event(id: string, state: string, cache?: CacheName): Promise<void>;
  /** In one transaction, as a command does: takes the next sequences under the cache's lock. */
  alerts(cache: CacheName, alerts: readonly AlertRow[]): Promise<number[]>;
  /** The last heartbeat of a detector, after so many others at an interval in seconds. */
  heartbeat(
    detector: string,
    receivedAt: Date,
    status: 'ON' | 'OFF',
    others?: number,
    interval?: number,
  ): Promise<void>;
  end(): Promise<void>;
}

interface ObservationRow {
  readonly command: number;
  readonly detector: string;
  readonly time: string;
  readonly cache?: CacheName;
  readonly state?: string;
  readonly pVal?: number | null;
  readonly id?: string;
  readonly meta?: unknown;
}

interface SubGroupRow {
  readonly number: number;
  readonly rows: readonly number[];
  /** Seconds. */
  readonly deltas: readonly number[];
  /** Time of the anchor. */
  readonly anchor: string;
  readonly cache?: CacheName;
  readonly eventId?: string;
  readonly closedAt?: string;
}

interface AlertRow {
  readonly eventId?: string;
  readonly observations?: readonly string[];
  readonly messageUuid?: string;
  readonly pValues?: readonly (number | null)[];
}

const NEUTRINO_TIMES = ['2030-01-01T12:34:45.678999123Z', '2030-01-01T12:34:49.600000000Z'];
const CREATED = '2030-01-01T12:35:00.123Z';

/** The receipt of the command-th message: a second apart. */
export function receivedAt(command: number): string {
  return formatUtc((parseUtc('2030-01-01T13:00:00Z') + BigInt(command) * 1_000_000_000n) as Instant);
}

export async function openStored(databaseUrl: string): Promise<Stored> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(`INSERT INTO cache (name, engine, window_ns, changed_at)
    SELECT name, 'complete', 10000000000, '${CREATED}' FROM unnest(ARRAY['live', 'firedrill', 'test']) AS name
    ON CONFLICT DO NOTHING`);

  return {
    client,

    async observation({ command, detector, time, cache = 'live', state = 'active', pVal = null, id, meta = null }) {
      const uuid = randomUUID();
      const instant = parseUtc(time);
      await client.query(
        `INSERT INTO observation (uuid, cache, command, id, detector_name, neutrino_time, neutrino_ns, received_ns,
          expires_ns, state, p_val, is_pre_sn, meta) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $7, $9, $10, false, $11)`,
        [
          uuid,
          cache,
          command,
          id ?? `${detector}_CoincidenceTier_None`,
          detector,
          formatUtc(instant),
          instant,
          parseUtc(receivedAt(command)),
          state,
          pVal,
          meta === null ? null : JSON.stringify(meta),
        ],
      );
      return uuid;
    },

    async subGroup({ number, rows, deltas, anchor, cache = 'live', eventId = null, closedAt = null }) {
      await client.query(
        `INSERT INTO sub_group (cache, number, anchor_command, anchor_ns, rows, deltas, coincides, event_id, false_alarm, created_at,
          updated_at, closed_at) VALUES ($1, $2, $3, $4, $5, $6, cardinality($5::bigint[]) >= 2, $7, $8, '${CREATED}', '${CREATED}', $9)`,
        [
          cache,
          number,
          rows[0],
          parseUtc(anchor),
          rows,
          deltas.map((seconds) => BigInt(Math.round(seconds * 1e9))),
          eventId,
          rows.length < 2
            ? null
            : { coincident_detectors: rows.length, online_detectors: 8, mean_years_between: 39.97, rate_hz: 7.93e-10 },
          closedAt,
        ],
      );
    },

    async event(id, state, cache = 'live') {
      const [, day, ordinal] = id.split('-');
      await client.query(
        `INSERT INTO event (id, cache, day, ordinal, state, pre_sn, created_at, updated_at)
          VALUES ($1, $2, $3, $4, $5, false, '${CREATED}', '${CREATED}')`,
        [id, cache, day, Number(ordinal), state],
      );
    },

    async alerts(cache, alerts) {
      await client.query('BEGIN');
      const locked = await client.query('SELECT next_sequence FROM cache WHERE name = $1 FOR UPDATE', [cache]);
      const first = Number(locked.rows[0].next_sequence);
      await insertAlerts(client, cache, first, alerts);
      await client.query('UPDATE cache SET next_sequence = $2 WHERE name = $1', [cache, first + alerts.length]);
      await client.query('COMMIT');
      return alerts.map((_, i) => first + i);
    },

    async heartbeat(detector, received, status, others = 0, interval = 60) {
      const uuid = randomUUID();
      await client.query(
        `INSERT INTO heartbeat (detector, uuid, received_at, status, observed, sent_ns, latency_s)
          VALUES ($1, $2, $3, $4, false, 1893455999000000037, 0.25)`,
        [detector, uuid, received, status],
      );
      await client.query(
        `UPDATE detector SET last_beat = $2, last_beat_at = $3, beat_status = $4,
          first_beat_at = $3::timestamptz - $5::int * $6::int * interval '1 second', beats = $5::int + 1,
          beat_squares = $5::int * ($6::bigint * 1000) * ($6::bigint * 1000)
          WHERE name = $1`,
        [detector, uuid, received, status, others, interval],
      );
    },

    end: () => client.end(),
  };
}

async function insertAlerts(
  client: pg.Client,
  cache: CacheName,
  first: number,
  alerts: readonly AlertRow[],
): Promise<void> {
  const rows = alerts.map((alert, i) => ({
    id: randomUUID(),
    sequence: first + i,
    message_uuid: alert.messageUuid ?? randomUUID(),
    event_id: alert.eventId ?? 'SN-20300101-1',
    observations: alert.observations ?? [],
    p_values: alert.pValues ?? [0.07, null],
    sent_ns: String(parseUtc(receivedAt(first + i))),
  }));
  await client.query(
    `INSERT INTO alert (id, cache, sequence, message_uuid, command, alert_type, sub_group, event_id, pre_sn, observations,
      detector_names, neutrino_times, p_values, p_values_average, server_tag, sent_ns, first_ns,
      last_ns, payload)
    SELECT id, $1, sequence, message_uuid, sequence, 'COINC_MSG', 0, event_id, false, observations, $3, $4, p_values, 0.07,
      'test', sent_ns, $6, $7, $5
    FROM json_to_recordset($2) AS a(id uuid, sequence bigint, message_uuid uuid, event_id text, observations uuid[],
      p_values jsonb, sent_ns bigint)`,
    [
      cache,
      JSON.stringify(rows),
      ['Super-K', 'XENONnT'],
      NEUTRINO_TIMES,
      JSON.stringify({ alert_type: 'COINC_MSG', 'sub list number': 0 }),
      ...NEUTRINO_TIMES.map(parseUtc),
    ],
  );
}
