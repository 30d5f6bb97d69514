import { type CacheName, SnewsError } from '../../client/index.js';
import { fromPosixMilliseconds } from '../../domain/time.js';
import { pauseUnlessAborted } from '../patience.js';
import { answered, type ServerConnection } from '../server.js';
import type { AlertWatch } from './alert-watch.js';
import type { Entry, Fields, ReplayAction } from './entries.js';
import { post } from './post.js';
import { dueAfter, type Rewriting, rewrite, shiftToNow } from './rewrite.js';
import { neutrinoTimeOf, type Survey } from './survey.js';

export interface TraceReplayOptions {
  readonly survey: Survey;
  /** Real gaps between neutrino times divided by this; undefined: as fast as possible. */
  readonly speed: number | undefined;
  /** Times move to just before now. */
  readonly shift: boolean;
  /** Where all messages go; undefined: as they say. */
  readonly cache: CacheName | undefined;
  readonly signal: AbortSignal;
  readonly told: ReplayListener;
}

/** What is told of a replay while it goes on. */
interface ReplayListener {
  done(entries: number): void;
  refused(entry: Entry, error: SnewsError): void;
  waiting(entry: Entry, error: unknown, milliseconds: number): void;
}

export interface ReplaySummary {
  readonly sent: number;
  readonly refused: number;
  readonly isInterrupted: boolean;
  /** By cache, the sequence of the last alert that it caused. */
  readonly lastAlerts: ReadonlyMap<CacheName, number>;
}

/** Does what the entries say, one after the other: their order is part of what they mean. */
export async function replay(
  server: ServerConnection,
  entries: AsyncIterable<Entry>,
  options: TraceReplayOptions,
): Promise<ReplaySummary> {
  const { survey, speed, signal, told, cache } = options;
  const start = Date.now();
  const shift = options.shift ? shiftToNow(survey, fromPosixMilliseconds(start), speed) : undefined;
  const sending = createSender(server, { freshUuids: survey.freshUuids, shift, cache }, options);
  let refused = 0;
  let done = 0;
  for await (const entry of entries) {
    if (speed !== undefined) await untilDue(entry.action, survey, start, speed, signal);
    if (signal.aborted) break;
    try {
      await sending.send(entry);
    } catch (error) {
      if (!(error instanceof SnewsError) || error.status === 401) throw error;
      refused++;
      told.refused(entry, error);
    }
    if (signal.aborted && sending.isUnfinished()) break;
    told.done(++done);
  }
  return { sent: sending.sent(), refused, isInterrupted: signal.aborted, lastAlerts: sending.lastAlerts };
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

function createSender(server: ServerConnection, rewriting: Rewriting, { signal, told }: TraceReplayOptions) {
  /** The uuids of observations by detector and id: ids repeat. */
  const observed = new Map<string, string[]>();
  const lastAlerts = new Map<CacheName, number>();
  let sent = 0;
  let isUnfinished = false;

  async function sendMessage(entry: Entry, message: Fields): Promise<void> {
    const rewritten = rewrite(message, rewriting);
    const answer = await post(server, rewritten, {
      signal,
      onWait: (error, milliseconds) => told.waiting(entry, error, milliseconds),
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
    /** True if the last message was given up because of an interruption. */
    isUnfinished: () => isUnfinished,

    async send(entry: Entry): Promise<void> {
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
          if (rewriting.cache === undefined) throw new TypeError('which cache to reset is settled before');
          return await reset(rewriting.cache);
      }
    },
  };
}

/** Waits for the alerts that a replay caused. */
export async function reachAlerts(watch: AlertWatch, { lastAlerts }: ReplaySummary): Promise<void> {
  for (const [cache, sequence] of lastAlerts) await watch.reach(cache, sequence);
}
