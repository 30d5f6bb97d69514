import { setTimeout as delay } from 'node:timers/promises';
import { campaign } from '../../database/leadership.js';
import type { KafkaSettings } from '../../kafka/settings.js';
import { testCoincidence } from './coincidence.js';
import { openLocalPath } from './local-path.js';
import type { Path, PathLog } from './path.js';
import { type CanaryPlace, openPlace, type PlaceOptions } from './place.js';

/** What takes longer is broken. */
const PATIENCE_MILLISECONDS = 30_000;

export interface CanaryOptions extends Omit<PlaceOptions, 'log'> {
  /** Seconds from one test coincidence to the next. */
  readonly interval: number;
  /** Where it goes through now; undefined: there is no Kafka. */
  kafka(): KafkaSettings | undefined;
  readonly observer: CanaryObserver;
  readonly log: PathLog;
}

/** Is told how each test coincidence fared. */
export interface CanaryObserver {
  onAlerted(milliseconds: number): void;
  onFailed(): void;
}

/**
 * Sends a test coincidence through the whole path, again and again, and tells how long its alert took. One of all
 * replicas does. It has tables and a topic of its own, so nothing of it can get anywhere else; see
 * docs/decisions/007-canary-in-a-schema-of-its-own.md.
 */
export function startCanary(options: CanaryOptions): { stop(): Promise<void> } {
  const { databaseUrl, interval, observer, log } = options;

  /** Goes on until something fails, the brokers change, or the signal. */
  async function sing(signal: AbortSignal): Promise<void> {
    let heard: () => void = () => undefined;
    const settings = options.kafka();
    const place = await openPlace(options);
    let path: Path | undefined;
    try {
      const onAlert = () => heard();
      path =
        settings === undefined
          ? await openLocalPath(place, onAlert, log)
          : await (await import('./kafka-path.js')).openKafkaPath({
              settings,
              sender: settings.sasl?.username ?? options.serverTag,
              place,
              onAlert,
              log,
            });
      while (!signal.aborted && options.kafka()?.brokers.join() === settings?.brokers.join()) {
        const next = performance.now() + interval * 1_000;
        const alerted = new Promise<void>((resolve) => {
          heard = resolve;
        });
        const took = await once(place, path, alerted, signal);
        if (took === undefined) return;
        observer.onAlerted(took);
        log.debug({ ms: took }, 'canary:alerted');
        await pause(next - performance.now(), signal);
      }
    } finally {
      await path?.close();
      await place.close();
    }
  }

  async function lead(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const next = performance.now() + interval * 1_000;
      try {
        await sing(signal);
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
 * One test coincidence.
 * @param alerted resolves when the alert is delivered
 * @returns milliseconds from sending it until then; undefined: the signal came before
 * @throws Error if it takes too long
 */
async function once(
  place: CanaryPlace,
  path: Path,
  alerted: Promise<void>,
  signal: AbortSignal,
): Promise<number | undefined> {
  const over = new AbortController();
  const done = (async () => {
    await path.ready();
    await place.clear();
    const begun = performance.now();
    await path.send(testCoincidence(place.detectors));
    await alerted;
    return performance.now() - begun;
  })();
  // Whoever comes too late has nobody left to tell.
  done.catch(() => undefined);
  const late = delay(PATIENCE_MILLISECONDS, 'late' as const, { signal: AbortSignal.any([signal, over.signal]) }).catch(
    () => undefined,
  );
  try {
    const took = await Promise.race([done, late]);
    if (took !== 'late') return took;
    throw new Error(`the test coincidence was not alerted within ${PATIENCE_MILLISECONDS / 1_000} s`);
  } finally {
    over.abort();
  }
}

/** Ends early, without error, on the signal. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return delay(Math.max(0, milliseconds), undefined, { signal }).catch(() => undefined);
}
