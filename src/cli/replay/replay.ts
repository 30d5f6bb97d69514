import { type CacheName, SnewsError } from '../../client/index.js';
import { fromPosixMilliseconds } from '../../domain/time.js';
import { pauseUnlessAborted } from '../retry.js';
import { answered, type ServerConnection } from '../server.js';
import type { AlertWatch } from './alert-watch.js';
import type { Fields, ReplayAction, ReplayEntry } from './entries.js';
import { post } from './post.js';
import { dueAfter, type Rewriting, rewrite, shiftToNow } from './rewrite.js';
import { neutrinoTimeOf, type Survey } from './survey.js';

export interface TraceReplayOptions {
  readonly survey: Survey;
  /** The intervals between neutrino times are divided by this; undefined: as fast as possible. */
  readonly speed: number | undefined;
  /** Moves all times to just before now. */
  readonly shift: boolean;
  /** The cache of all messages; undefined: by their flags. */
  readonly cache: CacheName | undefined;
  readonly signal: AbortSignal;
  readonly listener: ReplayListener;
}

/** Called during a replay. */
interface ReplayListener {
  done(entries: number): void;
  rejected(entry: ReplayEntry, error: SnewsError): void;
  waiting(entry: ReplayEntry, error: unknown, milliseconds: number): void;
}

export interface ReplaySummary {
  readonly sent: number;
  readonly rejected: number;
  readonly isInterrupted: boolean;
  /** By cache, the sequence of the last alert that the replay raised. */
  readonly lastAlerts: ReadonlyMap<CacheName, number>;
}

/** Processes the entries one after the other, because their order matters. */
export async function replay(
  server: ServerConnection,
  entries: AsyncIterable<ReplayEntry>,
  options: TraceReplayOptions,
): Promise<ReplaySummary> {
  const { survey, speed, signal, listener, cache } = options;
  const start = Date.now();
  const shift = options.shift ? shiftToNow(survey, fromPosixMilliseconds(start), speed) : undefined;
  const sending = createSender(server, { freshUuids: survey.freshUuids, shift, cache }, options);
  let rejected = 0;
  let done = 0;
  for await (const entry of entries) {
    if (speed !== undefined) await untilDue(entry.action, survey, start, speed, signal);
    if (signal.aborted) break;
    try {
      await sending.send(entry);
    } catch (error) {
      if (!(error instanceof SnewsError) || error.status === 401) throw error;
      rejected++;
      listener.rejected(entry, error);
    }
    if (signal.aborted && sending.isUnfinished()) break;
    listener.done(++done);
  }
  return { sent: sending.sent(), rejected, isInterrupted: signal.aborted, lastAlerts: sending.lastAlerts };
}

async function untilDue(
  action: ReplayAction,
  { firstTime }: Survey,
  start: number,
  speed: number,
  signal: AbortSignal,
): Promise<void> {
  const time = action.kind === 'message' ? neutrinoTimeOf(action.message) : undefined;
  if (time === undefined || firstTime === undefined) return;
  const wait = start + dueAfter(firstTime, time, speed) - Date.now();
  if (wait > 0) await pauseUnlessAborted(wait, signal);
}

function createSender(server: ServerConnection, rewriting: Rewriting, { signal, listener }: TraceReplayOptions) {
  /** The uuids of observations by detector and id, which may repeat. */
  const observed = new Map<string, string[]>();
  const lastAlerts = new Map<CacheName, number>();
  let sent = 0;
  let isUnfinished = false;

  async function sendMessage(entry: ReplayEntry, message: Fields): Promise<void> {
    const rewritten = rewrite(message, rewriting);
    const answer = await post(server, rewritten, {
      signal,
      onWait: (error, milliseconds) => listener.waiting(entry, error, milliseconds),
    });
    isUnfinished = answer === undefined;
    if (answer === undefined) return;
    sent++;
    const { observation, alerts = [] } = answer;
    if (observation !== undefined) remember(observation.detector_name, observation.id, rewritten.uuid);
    for (const alert of alerts) lastAlerts.set(alert.cache, Math.max(lastAlerts.get(alert.cache) ?? 0, alert.sequence));
  }

  function remember(detector: string, id: string, uuid: string): void {
    const name = JSON.stringify([detector, id]);
    observed.set(name, [...(observed.get(name) ?? []), uuid]);
  }

  async function reset(cache: CacheName): Promise<void> {
    answered(await server.client.POST('/v1/admin/reset', { body: { cache, reason: 'a reset in a replayed file' } }));
    sent++;
  }

  return {
    lastAlerts,
    sent: () => sent,
    /** True if an interruption kept the last message from being sent. */
    isUnfinished: () => isUnfinished,

    async send(entry: ReplayEntry): Promise<void> {
      const { action } = entry;
      switch (action.kind) {
        case 'message':
          return await sendMessage(entry, action.message);
        case 'retract-id': {
          const { detector, id } = action;
          for (const uuid of observed.get(JSON.stringify([detector, id])) ?? []) {
            const retraction = { tier: 'Retraction', detector_name: detector, retract_message_uuid: uuid };
            await sendMessage(entry, retraction);
          }
          return;
        }
        case 'reset':
          if (rewriting.cache === undefined) throw new TypeError('the cache of a reset is required before the replay');
          return await reset(rewriting.cache);
      }
    },
  };
}

/** Waits until the alerts that a replay raised are received. */
export async function reachAlerts(watch: AlertWatch, { lastAlerts }: ReplaySummary): Promise<void> {
  for (const [cache, sequence] of lastAlerts) await watch.reach(cache, sequence);
}
