import { buildServerWithoutDatabase } from './without-database.js';

/** The OpenAPI document as text: the same for the same routes. */
export async function openApiDocument(): Promise<string> {
  const app = await buildServerWithoutDatabase();
  await app.ready();
  const document = app.swagger();
  await app.close();
  const paths = Object.entries(document.paths ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${JSON.stringify({ ...document, paths: Object.fromEntries(paths) }, null, 2)}\n`;
}
