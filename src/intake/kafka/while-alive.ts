import { setTimeout as delay } from 'node:timers/promises';

const HEARTBEAT_MILLISECONDS = 1_000;

/** Waits and sends heartbeats to the group meanwhile. @param isOver ends the wait early when it gives true */
export async function waitAlive(
  milliseconds: number,
  heartbeat: () => Promise<void>,
  isOver: () => boolean,
): Promise<void> {
  const until = performance.now() + milliseconds;
  for (let rest = milliseconds; rest > 0 && !isOver(); rest = until - performance.now()) {
    await delay(Math.min(rest, HEARTBEAT_MILLISECONDS));
    await heartbeat();
  }
}

/**
 * Sends heartbeats to the group until some work is done. A heartbeat throws if the group rebalances; that is ignored here,
 * as the work has to be finished, and the next heartbeat after it throws again.
 */
export async function whileAlive<Result>(work: Promise<Result>, heartbeat: () => Promise<void>): Promise<Result> {
  const timer = setInterval(() => void heartbeat().catch(() => undefined), HEARTBEAT_MILLISECONDS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}
