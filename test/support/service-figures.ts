import { setTimeout as pause } from 'node:timers/promises';
import { ADMIN_KEY, type ServiceProcess } from './service-process.js';

/** What the service says of itself since it was last asked: its longest delay in seconds, its memory now in bytes. */
async function figuresOf(service: ServiceProcess): Promise<{ readonly delay: number; readonly memory: number }> {
  const response = await fetch(`${service.url}/metrics`, { headers: { authorization: `Bearer ${ADMIN_KEY}` } });
  const text = await response.text();
  const figure = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
  return { delay: figure('nodejs_eventloop_lag_max_seconds'), memory: figure('process_resident_memory_bytes') };
}

/** The service's longest delay and most memory while something is done. */
export async function watched<Result>(service: ServiceProcess, work: () => Promise<Result>) {
  await figuresOf(service);
  let isDone = false;
  const working = work().finally(() => {
    isDone = true;
  });
  // It may fail while the service is asked; whoever waits for it hears of it below.
  working.catch(() => undefined);
  let [delay, memory] = [0, 0];
  while (!isDone) {
    await pause(200);
    const now = await figuresOf(service);
    delay = Math.max(delay, now.delay);
    memory = Math.max(memory, now.memory);
  }
  return { result: await working, delay, memory };
}

/** So long the service is watched while it does nothing: what it is delayed then is the machine's doing, not the work's. */
const IDLE_MS = 1_000;
/** On a machine that does something else too, one of so many tries must be undisturbed. */
const TRIES = 3;
const LONGEST_DELAY_SECONDS = 0.1;
const MOST_BYTES = 100 * 1024 * 1024;

/**
 * How much work delays the service and lets it grow: the least of several tries, less what it does when it is idle.
 * @param longest how long it may delay, in seconds: more for work of many steps, of which a busy machine draws some out
 */
export async function burdenOf(service: ServiceProcess, work: () => Promise<void>, longest = LONGEST_DELAY_SECONDS) {
  let least = { delay: Number.POSITIVE_INFINITY, growth: Number.POSITIVE_INFINITY };
  for (let n = 0; n < TRIES && (least.delay > longest || least.growth > MOST_BYTES); n++) {
    const idle = await watched(service, () => pause(IDLE_MS));
    const busy = await watched(service, work);
    least = {
      delay: Math.min(least.delay, busy.delay - idle.delay),
      growth: Math.min(least.growth, busy.memory - idle.memory),
    };
  }
  return { ...least, isLight: least.delay <= longest && least.growth <= MOST_BYTES };
}
