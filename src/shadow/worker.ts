import { parentPort, workerData } from 'node:worker_threads';
import { engineNamed } from '../domain/coincidence/engines.js';
import { startFollowing } from './following.js';
import type { ShadowMessage, ShadowRequest, ShadowTask } from './shadow.js';

/** The thread of shadow.ts. */
const { databaseUrl, engine } = workerData as ShadowTask;

const logAt = (level: ShadowMessage['level']) => (details: object, message: string) =>
  parentPort?.postMessage({ level, details, message } satisfies ShadowMessage);

const following = startFollowing(databaseUrl, engineNamed(engine), {
  debug: logAt('debug'),
  info: logAt('info'),
  warn: logAt('warn'),
  error: logAt('error'),
});

parentPort?.on('message', (request: ShadowRequest) => {
  if (request === 'wake') following.wake();
  else void following.stop().then(() => parentPort?.close());
});
