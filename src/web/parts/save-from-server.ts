import { fetchWithKey } from '../state/server.js';
import { save } from './save.js';

/** Saves the server's own CSV of a list or of tables. */
export async function fetchAndSave(path: string, name: string): Promise<void> {
  save(await fetchWithKey(path, 'text/csv'), name);
}
