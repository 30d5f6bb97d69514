/**
 * A prepared statement of the hot path. Each is answered by an index, so that its cost does not depend on the size of the
 * cache. PostgreSQL plans it before the tables have grown; therefore each is written so that only the right index fits
 * (LATERAL … ORDER BY … OFFSET 0). Because of its name, pg prepares it once per connection. It must name its columns: a
 * prepared statement fails when a newer version's migration adds a column to its result.
 */
export interface Statement {
  readonly name: string;
  readonly text: string;
  /** A time limit in milliseconds, for the few statements that may take longer than the pool's limit. */
  readonly query_timeout?: number;
}
