/**
 * The typed client of the SNEWS coincidence server, generated from its OpenAPI document. It works wherever there is
 * `fetch` and does not import the server.
 */
export { type AlertStreamOptions, alertStream } from './alert-stream.js';
export {
  type Alert,
  type CacheName,
  type Coincidences,
  createSnewsClient,
  type Observation,
  type Problem,
  type SnewsClient,
  type SnewsServer,
  type SubGroup,
  type Table,
} from './client.js';
export type { components, paths } from './schema.js';
export { SnewsError } from './snews-error.js';
