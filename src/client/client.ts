import createClient, { type Client } from 'openapi-fetch';
// Generated: `npm run generate` makes it.
import type { components, paths } from './schema.js';

type Schemas = components['schemas'];

/** An alert about a coincidence, its update or its retraction. */
export type Alert = Schemas['Alert'];
/** All sub-groups of a cache at one moment. */
export type Coincidences = Schemas['Coincidences'];
/** One CoincidenceTier message of one detector. */
export type Observation = Schemas['Observation'];
/** A sub-group: observations that coincide. */
export type SubGroup = Schemas['Table'];
/** @deprecated The former name of `SubGroup`. */
export type Table = SubGroup;
/** Problem details (RFC 9457): the body of every answer whose status is not 2xx. */
export type Problem = Schemas['Problem'];
/** One of the three caches, whose observations are never combined. */
export type CacheName = Alert['cache'];

/** The server and the key. */
export interface SnewsServer {
  /** The server's address, with or without a path before `/v1`: `https://snews.example.org`. */
  readonly baseUrl: string;
  /** An API key from an administrator. Alerts of the live cache can be read without a key. */
  readonly key?: string | undefined;
}

/** The methods `GET`, `POST`, … for every path of the server, with the types of its OpenAPI document. */
export type SnewsClient = Client<paths, Media>;

/** Lists are also available as CSV, which has no type: request it with plain `fetch`. */
type Media = 'application/json' | 'application/problem+json';

/**
 * A client of the coincidence server. Each call resolves to `{ data, error, response }`: `data` if the status is 2xx,
 * otherwise `error`, whose `detail` says what to do. It rejects only if there was no answer.
 *
 * A message is idempotent by its `uuid`: set one, and send the message again with the same `uuid` if there was no answer.
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

/** The header with the key. */
export function authorization(key: string | undefined): Record<string, string> {
  return key === undefined ? {} : { authorization: `Bearer ${key}` };
}
