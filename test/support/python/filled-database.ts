import { createInterface } from 'node:readline';
import { spawnSnewsCs } from './snews-cs-process.js';

/** What snews_cs is to do: see fill.py. */
export type Act = readonly [
  'observe' | 'heartbeat' | 'heartbeat_json' | 'alert' | 'alerts_table_without_id',
  Readonly<Record<string, unknown>>,
];

/**
 * Lets snews_cs itself fill its SQLite database.
 * @param python one that has it: pythonEnvironment('snews-cs')
 * @param file where the database goes
 * @returns of each act the exception that it ended with; null: none
 */
export async function fillSnewsCsDatabase(
  python: string,
  file: string,
  acts: readonly Act[],
): Promise<readonly (string | null)[]> {
  const script = new URL('fill.py', import.meta.url);
  const filling = await spawnSnewsCs({ python, script, environment: { DATABASE_FILE: file } });
  try {
    const answers = createInterface(filling.child.stdout)[Symbol.asyncIterator]();
    filling.child.stdin.write(`${JSON.stringify(acts)}\n`);
    const answer = await answers.next();
    if (answer.done) throw new Error(`fill.py ended: ${filling.errors}`);
    return JSON.parse(answer.value) as (string | null)[];
  } finally {
    await filling.stop();
  }
}
