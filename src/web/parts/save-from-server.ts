import { fetchWithKey } from '../state/server.js';
import { save } from './save.js';

/** Saves all pages of the server's CSV of a list. */
export async function fetchAndSave(path: string, name: string): Promise<void> {
  const pages: Blob[] = [];
  for (let next: string | undefined = path; next !== undefined; ) {
    const response = await fetchWithKey(next, 'text/csv');
    const page = await response.blob();
    pages.push(pages.length === 0 ? page : await withoutHeader(page));
    next = /<([^>]*)>\s*;\s*rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
  }
  save(new Blob(pages, { type: 'text/csv' }), name);
}

/** The names of columns contain no line end. */
async function withoutHeader(page: Blob): Promise<Blob> {
  const text = await page.text();
  return new Blob([text.slice(text.indexOf('\n') + 1)]);
}
