/** Where the tables lie, unless it is said otherwise. */
export const PUBLIC = 'public';

/** What tells a connection of PostgreSQL to look for its tables in a schema and nowhere else; undefined: where the server says. */
export function searchPath(schema: string | undefined): string | undefined {
  return schema === undefined ? undefined : `-c search_path=${schema}`;
}
