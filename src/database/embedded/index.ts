export { EmbeddedPostgresError } from './errors.js';
export { type EmbeddedPostgres, startEmbeddedPostgres } from './start.js';
export { embeddedDatabaseUrl } from './url.js';
