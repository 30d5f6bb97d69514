import { randomUUID } from 'node:crypto';
import { Agent, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { formatUtc, fromPosixMilliseconds } from '../../src/domain/time.js';
import type { AlertView, RetractAnswer, SubGroupView } from '../../src/domain/views.js';

const DETECTORS = ['Baksan', 'DS-20K', 'DUNE', 'IceCube', 'JUNO', 'SNO+', 'Super-K', 'XENONnT'];
/** Neutrino times lie in the last two hours: dense enough to coincide all the time. */
const STRETCH_MS = 7_200_000;
const ANSWER_PATIENCE_MS = 60_000;
const RETRY_MS = 50;

/** The part of an answer to an observation or a retraction that tests look at. */
export interface PostAnswer extends Partial<Omit<RetractAnswer, 'sub_groups'>> {
  readonly alerts?: readonly AlertView[];
  readonly sub_groups?: readonly SubGroupView[];
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: PostAnswer;
}

/** A message that was answered, with what and after how many attempts. */
export interface Posted {
  readonly path: '/v1/observations' | '/v1/retractions';
  readonly message: { readonly uuid: string; readonly detector_name: string; readonly [field: string]: unknown };
  readonly answer: Answered;
  readonly attempts: number;
}

/** What a message could not be delivered with: a status, or what became of the connection. */
export type Failure =
  | { readonly status: number; readonly headers: IncomingMessage['headers'] }
  | { readonly error: unknown };

export interface LoadOptions {
  /** Where the n-th connection posts to. */
  url(connection: number): string;
  readonly key: string;
  readonly connections: number;
  /** Milliseconds that a connection waits after each answer. */
  readonly paceMs?: number;
  /** Called for each attempt that was not answered by 2xx or 4xx. */
  onFailure?(failure: Failure): void;
  /** Gives up where an attempt failed, instead of trying again until it is answered. */
  readonly givesUp?: boolean;
}

/** Detectors that post observations and withdraw some, each message again under its uuid until it is answered. */
export interface Load {
  readonly posted: readonly Posted[];
  /** Resolves when all connections have given up. */
  readonly ended: Promise<unknown>;
  /** Takes no new messages; resolves when those under way are answered. */
  stop(): Promise<readonly Posted[]>;
}

export function startLoad(options: LoadOptions): Load {
  const posted: Posted[] = [];
  const stopping = new AbortController();
  const connections = Array.from({ length: options.connections }, async (_, connection) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const own: Posted[] = [];
    while (!stopping.signal.aborted) {
      const done = await deliver(nextMessage(own), connection, agent, options);
      if (done === undefined) break;
      own.push(done);
      posted.push(done);
      if (options.paceMs !== undefined) await pause(options.paceMs);
    }
    agent.destroy();
  });
  const ended = Promise.all(connections);
  return {
    posted,
    ended,
    async stop() {
      stopping.abort();
      await ended;
      return posted;
    },
  };
}

async function deliver(
  message: Pick<Posted, 'path' | 'message'>,
  connection: number,
  agent: Agent,
  { url, key, onFailure, givesUp = false }: LoadOptions,
): Promise<Posted | undefined> {
  for (let attempts = 1; ; attempts++) {
    try {
      const answer = await post(`${url(connection)}${message.path}`, message.message, key, agent);
      if (answer.status < 500) return { ...message, answer, attempts };
      onFailure?.(answer);
    } catch (error) {
      onFailure?.({ error });
    }
    if (givesUp) return undefined;
    await pause(RETRY_MS);
  }
}

/** @throws what became of the connection, if it ended before the answer had come */
export async function post(url: string, message: object, key: string, agent?: Agent): Promise<Answered> {
  const outgoing = request(url, {
    method: 'POST',
    agent: agent ?? false,
    timeout: ANSWER_PATIENCE_MS,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
  });
  outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${ANSWER_PATIENCE_MS} ms`)));
  outgoing.end(JSON.stringify(message));
  const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.on('response', resolve).on('error', reject);
  });
  const body = await text(incoming);
  return { status: incoming.statusCode ?? 0, headers: incoming.headers, body: JSON.parse(body) as PostAnswer };
}

/** Mostly observations; now and then one of the connection's own is withdrawn, or its detector's latest. */
function nextMessage(own: readonly Posted[]): Pick<Posted, 'path' | 'message'> {
  const flags = anyOf([{}, { is_test: true }, { is_firedrill: true }]);
  const dice = Math.random();
  const before = dice < 0.05 ? anyOf(own.filter(({ path }) => path === '/v1/observations')) : undefined;
  if (before !== undefined) {
    const { uuid, detector_name } = before.message;
    return retraction({ detector_name, retract_message_uuid: uuid });
  }
  const detector_name = anyOf(DETECTORS) ?? '';
  if (dice < 0.1) return retraction({ detector_name, retract_latest_n: 1, ...flags });
  return { path: '/v1/observations', message: observation(detector_name, flags) };
}

function retraction(fields: { detector_name: string; [field: string]: unknown }): Pick<Posted, 'path' | 'message'> {
  return { path: '/v1/retractions', message: { uuid: randomUUID(), ...fields } };
}

/** An observation at a random time of the last hours. */
export function observation(detector_name: string, fields: object = {}): Posted['message'] {
  const time = fromPosixMilliseconds(Date.now() - Math.floor(Math.random() * STRETCH_MS));
  return { uuid: randomUUID(), detector_name, neutrino_time_utc: formatUtc(time), p_val: Math.random(), ...fields };
}

export function anyOf<T>(values: readonly T[]): T | undefined {
  return values[Math.floor(Math.random() * values.length)];
}
