import { until } from '../embedded-harness.js';
import type { Topics } from '../kafka/index.js';
import { type SaslAccess, topicVariables } from './hop.js';
import { spawnSnewsCs } from './snews-cs-process.js';

const MOST_SECONDS = 60;

/** A running snews_cs, the predecessor of this server. */
export interface SnewsCs {
  readonly pid: number;
  /** All that it wrote. */
  readonly output: string;
  /** Ends it at once and removes its database. */
  stop(): Promise<void>;
}

/**
 * Starts snews_cs on a broker that has the topics; it gets what is written to its observation topic once this resolves.
 * Its process unpickles what comes: the broker must be one that only this machine reaches.
 */
export async function startSnewsCs(options: {
  /** One that has it: pythonEnvironment('snews-cs'). */
  readonly python: string;
  readonly sasl: SaslAccess;
  readonly topics: Topics;
}): Promise<SnewsCs> {
  const { python, sasl, topics } = options;
  const script = new URL('serve.py', import.meta.url);
  const server = await spawnSnewsCs({ python, script, sasl, environment: topicVariables(sasl, topics) });
  const { child, stop } = server;
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const output = () => `${printed}\n${server.errors}`;
  const isConsuming = () => /^consuming$/m.test(printed);
  try {
    await until(() => isConsuming() || child.exitCode !== null, MOST_SECONDS);
    if (!isConsuming()) throw new Error(`it ended with code ${child.exitCode}`);
  } catch (error) {
    await stop();
    throw new Error(`snews_cs did not start: ${output()}`, { cause: error });
  }
  return {
    pid: child.pid as number,
    get output() {
      return output();
    },
    stop,
  };
}
