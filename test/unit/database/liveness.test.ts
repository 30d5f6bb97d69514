import { EventEmitter } from 'node:events';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConnectionDied, Watch, type Watchable } from '../../../src/database/liveness.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A connection that somebody waits on, or that lies in a pool. */
class Connection extends EventEmitter implements Watchable {
  bytesRead = 0;
  asked: string[] = [];
  died: Error | undefined;

  constructor(
    readonly pid: number,
    readonly isWaiting: boolean,
    readonly isQuiet = false,
  ) {
    super();
  }

  get isIdle(): boolean {
    return !this.isWaiting && !this.isQuiet;
  }

  cut(why: Error): void {
    this.died = why;
    this.emit('end');
  }

  async query(text: string): Promise<void> {
    this.asked.push(text);
  }
}

/** @param answer what the server says of the processes that it is asked about */
function watch(answer: () => Promise<{ rows: { pid: number }[] }>, connect = async () => undefined) {
  const witness = () => Object.assign(new EventEmitter(), { connect, query: answer, end: async () => undefined });
  const watching = new Watch(
    () => witness() as unknown as pg.Client,
    () => undefined,
  );
  const open = (...given: ConstructorParameters<typeof Connection>) => {
    const connection = new Connection(...given);
    watching.add(connection);
    connection.emit('connect');
    return connection;
  };
  return { open };
}

const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);
const never = () => new Promise<never>(() => undefined);

describe('who waits on a connection that says nothing', () => {
  it('is told after 4 s if the server says nothing over another one either', async () => {
    const { open } = watch(never, never);
    const [waiting, idle] = [open(1, true), open(2, false)];
    await pass(3_999);
    expect(waiting.died).toBeUndefined();
    await pass(1);
    expect(waiting.died).toBeInstanceOf(ConnectionDied);
    // What lies beside it is likely dead too.
    expect(idle.died).toBeInstanceOf(ConnectionDied);
  });

  it('is told after 1.5 s if the server works for others, and not for it', async () => {
    const { open } = watch(async () => ({ rows: [{ pid: 2 }] }));
    const [waiting, other] = [open(1, true), open(2, true)];
    await pass(1_499);
    expect(waiting.died).toBeUndefined();
    await pass(1);
    expect(waiting.died).toBeInstanceOf(ConnectionDied);
    expect(other.died).toBeUndefined();
  });

  it.each<[string, Parameters<typeof watch>]>([
    ['the server works for it', [async () => ({ rows: [{ pid: 1 }] })]],
    ['the server lets no more connections in', [never, () => Promise.reject(refusal('53300'))]],
  ])('goes on waiting while %s', async (_, server) => {
    const waiting = watch(...server).open(1, true);
    await pass(600_000);
    expect(waiting.died).toBeUndefined();
  });

  it('is told after 4 s if the server shuts down or a pooler has lost it', async () => {
    for (const code of ['57P01', '57P03', '08006']) {
      const waiting = watch(never, () => Promise.reject(refusal(code))).open(1, true);
      await pass(4_000);
      expect(waiting.died, code).toBeInstanceOf(ConnectionDied);
    }
  });

  it('waits anew after every word', async () => {
    const waiting = watch(never, never).open(1, true);
    for (let i = 0; i < 10; i++) {
      await pass(3_500);
      waiting.bytesRead++;
    }
    expect(waiting.died).toBeUndefined();
  });
});

it('a connection on which nothing is asked for long is asked something each second and a half', async () => {
  const { open } = watch(never);
  const [listening, pooled] = [open(1, false, true), open(2, false)];
  await pass(4_500);
  expect(listening.asked).toEqual(['SELECT 1', 'SELECT 1', 'SELECT 1']);
  expect(pooled.asked).toEqual([]);
  listening.emit('end');
  pooled.emit('end');
});

function refusal(code: string): pg.DatabaseError {
  return Object.assign(new pg.DatabaseError('refused', 0, 'error'), { code });
}
