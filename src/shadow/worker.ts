import { parentPort, workerData } from 'node:worker_threads';
import { engineNamed } from '../domain/coincidence/engines.js';
import { startFollowing } from './following.js';
import type { ShadowMessage, ShadowTask, ShadowWish } from './shadow.js';

/** What a thread of its own does; see shadow.ts. */
const { databaseUrl, engine } = workerData as ShadowTask;

const say = (level: ShadowMessage['level']) => (details: object, message: string) =>
  parentPort?.postMessage({ level, details, message } satisfies ShadowMessage);

const following = startFollowing(databaseUrl, engineNamed(engine), { info: say('info'), warn: say('warn') });

parentPort?.on('message', (wish: ShadowWish) => {
  if (wish === 'wake') following.wake();
  else void following.stop().then(() => parentPort?.close());
});
