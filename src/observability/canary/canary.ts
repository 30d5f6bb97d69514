import { setTimeout as delay } from 'node:timers/promises';
import { campaign } from '../../database/leadership.js';
import type { KafkaSettings } from '../../kafka/settings.js';
import { testCoincidence } from './coincidence.js';
import { openLocalPath } from './local-path.js';
import type { Path, PathLog } from './path.js';
import { type CanarySandbox, openSandbox, type SandboxOptions } from './sandbox.js';

/** A test coincidence that takes longer has failed. */
const LIMIT_MILLISECONDS = 30_000;

export interface CanaryOptions extends Omit<SandboxOptions, 'log'> {
  /** Time between two test coincidences, in seconds. */
  readonly interval: number;
  /** The Kafka settings in use, which a broker-change command may change; undefined if Kafka is not configured. */
  kafka(): KafkaSettings | undefined;
  readonly observer: CanaryObserver;
  readonly log: PathLog;
}

/** Receives the result of each test coincidence. */
export interface CanaryObserver {
  /** @param milliseconds from sending the observations until the alert was delivered */
  onAlerted(milliseconds: number): void;
  onFailed(): void;
}

/**
 * Regularly sends a test coincidence through the whole path, from the input to the delivered alert, and measures how long
 * it takes. One of the replicas leads and does this for all. The canary has its own tables and its own topic, so that
 * test data cannot reach the real ones; see docs/decisions/007-canary-in-a-schema-of-its-own.md.
 */
export function startCanary(options: CanaryOptions): { stop(): Promise<void> } {
  const { databaseUrl, interval, observer, log } = options;

  /** Sends test coincidences until one fails (then it throws), the brokers change, or the signal aborts. */
  async function run(signal: AbortSignal): Promise<void> {
    let alertArrived: () => void = () => undefined;
    const settings = options.kafka();
    const sandbox = await openSandbox(options);
    let path: Path | undefined;
    try {
      const onAlert = () => alertArrived();
      path =
        settings === undefined
          ? await openLocalPath(sandbox, onAlert, log)
          : await (await import('./kafka-path.js')).openKafkaPath({
              settings,
              sender: settings.sasl?.username ?? options.serverTag,
              sandbox,
              onAlert,
              log,
            });
      while (!signal.aborted && options.kafka()?.brokers.join() === settings?.brokers.join()) {
        const next = performance.now() + interval * 1_000;
        const alerted = new Promise<void>((resolve) => {
          alertArrived = resolve;
        });
        const took = await sendOnce(sandbox, path, alerted, signal);
        if (took === undefined) return;
        observer.onAlerted(took);
        log.debug({ ms: took }, 'canary:alerted');
        await pause(next - performance.now(), signal);
      }
    } finally {
      await path?.close();
      await sandbox.close();
    }
  }

  async function lead(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const next = performance.now() + interval * 1_000;
      try {
        await run(signal);
      } catch (error) {
        if (signal.aborted) return;
        observer.onFailed();
        log.error({ err: error }, 'canary:failed');
        await pause(next - performance.now(), signal);
      }
    }
  }

  return campaign(databaseUrl, 'canary', lead, log);
}

/**
 * Sends one test coincidence and waits for its alert.
 * @param alerted resolves when the alert is delivered
 * @returns milliseconds from sending until then; undefined if the signal aborted first
 * @throws Error if it takes longer than 30 s
 */
async function sendOnce(
  sandbox: CanarySandbox,
  path: Path,
  alerted: Promise<void>,
  signal: AbortSignal,
): Promise<number | undefined> {
  const over = new AbortController();
  const done = (async () => {
    await path.ready();
    await sandbox.clear();
    const startedAt = performance.now();
    await path.send(testCoincidence(sandbox.detectors));
    await alerted;
    return performance.now() - startedAt;
  })();
  // After the time limit nothing awaits `done`: its rejection must not become an uncaught error.
  done.catch(() => undefined);
  const late = delay(LIMIT_MILLISECONDS, 'late' as const, { signal: AbortSignal.any([signal, over.signal]) }).catch(
    () => undefined,
  );
  try {
    const took = await Promise.race([done, late]);
    if (took !== 'late') return took;
    throw new Error(`the test coincidence was not alerted within ${LIMIT_MILLISECONDS / 1_000} s`);
  } finally {
    over.abort();
  }
}

/** Resolves early, without an error, when the signal aborts. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return delay(Math.max(0, milliseconds), undefined, { signal }).catch(() => undefined);
}
