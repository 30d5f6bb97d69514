import createClient, { type Client } from 'openapi-fetch';
// Generated: `npm run generate` makes it.
import type { components, paths } from './schema.js';

type Schemas = components['schemas'];

/** What the world is told of a coincidence. */
export type Alert = Schemas['Alert'];
/** All tables of a cache at one moment. */
export type Coincidences = Schemas['Coincidences'];
/** One CoincidenceTier message of one detector. */
export type Observation = Schemas['Observation'];
/** A sub-group: observations that coincide. */
export type Table = Schemas['Table'];
/** What went wrong (RFC 9457): the body of every answer that isn't 2xx. */
export type Problem = Schemas['Problem'];
/** The three streams, which never mix. */
export type CacheName = Alert['cache'];

/** Where the server is, and who asks. */
export interface SnewsServer {
  /** The server's address, with or without a path before `/v1`: `https://snews.example.org`. */
  readonly baseUrl: string;
  /** An API key, as an administrator gave it to you. Alerts of the live cache can be read without. */
  readonly key?: string | undefined;
}

/** `GET`, `POST`, … of every path of the server, with the types of its OpenAPI document. */
export type SnewsClient = Client<paths, Media>;

/** Lists and tables can also be had as CSV, which has no type: ask for it with plain `fetch`. */
type Media = 'application/json' | 'application/problem+json';

/**
 * A client of the coincidence server. Each call answers `{ data, error, response }`: `data` if the status is 2xx,
 * else `error`, which says in `detail` what to do about it. Rejects only if no answer came.
 *
 * A message is idempotent by its `uuid`: give it one, and send it again with the same one if no answer came.
 *
 * @example
 * import { randomUUID } from 'node:crypto';
 * import { createSnewsClient } from 'snews-coincidence-server';
 *
 * const snews = createSnewsClient({ baseUrl: 'http://127.0.0.1:8080', key: process.env.SNEWS_KEY });
 * const { data, error } = await snews.POST('/v1/observations', {
 *   body: {
 *     uuid: randomUUID(),
 *     detector_name: 'Super-K',
 *     neutrino_time_utc: '2030-01-01T12:34:45.678999123Z',
 *     p_val: 0.07,
 *     is_test: true,
 *   },
 * });
 * if (error) throw new Error(error.detail);
 * for (const alert of data.alerts) console.log(alert.alert_type, alert.detector_names);
 */
export function createSnewsClient({ baseUrl, key }: SnewsServer): SnewsClient {
  return createClient<paths, Media>({ baseUrl, headers: authorization(key) });
}

/** The header that shows the key. */
export function authorization(key: string | undefined): Record<string, string> {
  return key === undefined ? {} : { authorization: `Bearer ${key}` };
}
