import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { quantile } from './statistics.js';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

const HEAD_END = '\r\n\r\n';

/**
 * One keep-alive connection, one request at a time. No more of HTTP than the servers here speak, so that the
 * client takes as little of the processor as can be.
 */
export class Connection {
  private received: Buffer = Buffer.alloc(0);
  private waiting: { resolve(answer: Answer): void; reject(error: Error): void } | undefined;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.take(chunk));
    socket.on('error', (error) => this.fail(error));
    socket.on('close', () => this.fail(new Error('the server closed the connection')));
  }

  static async open({ hostname, port }: URL): Promise<Connection> {
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new Connection(socket);
  }

  request(bytes: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.socket.write(bytes);
    });
  }

  close(): void {
    this.waiting = undefined;
    this.socket.destroy();
  }

  private take(chunk: Buffer): void {
    this.received = this.received.length === 0 ? chunk : Buffer.concat([this.received, chunk]);
    const end = this.received.indexOf(HEAD_END);
    if (end < 0) return;
    const head = this.received.toString('latin1', 0, end);
    const length = /\ncontent-length: (\d+)/i.exec(head)?.[1];
    if (length === undefined) {
      this.fail(new Error(`an answer without length: ${head}`));
      return;
    }
    const total = end + HEAD_END.length + Number(length);
    if (this.received.length < total) return;
    const body = this.received.toString('utf8', end + HEAD_END.length, total);
    this.received = this.received.subarray(total);
    this.waiting?.resolve({ status: Number(head.slice(9, 12)), body });
  }

  private fail(error: Error): void {
    this.waiting?.reject(error);
    this.waiting = undefined;
  }
}

/** Makes requests that post JSON to a path. */
export function poster(url: URL, path: string, key: string): (message: object) => string {
  const head =
    `POST ${path} HTTP/1.1\r\nhost: ${url.host}\r\nauthorization: Bearer ${key}\r\n` +
    'content-type: application/json\r\ncontent-length: ';
  return (message) => {
    const body = JSON.stringify(message);
    return `${head}${Buffer.byteLength(body)}${HEAD_END}${body}`;
  };
}

export interface Load {
  readonly rate: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly mean: number;
  readonly count: number;
}

/** How much is done: whichever comes first. */
export interface Bounds {
  readonly milliseconds: number;
  readonly most: number;
}

/** Does `work` from so many workers at once, each one after the other, and times each. */
export async function underLoad(
  workers: number,
  bounds: Bounds,
  work: (worker: number) => Promise<void>,
): Promise<Load> {
  const times: number[] = [];
  const began = performance.now();
  const until = began + bounds.milliseconds;
  let started = 0;
  const one = async (worker: number) => {
    while (started < bounds.most) {
      const now = performance.now();
      if (now >= until) return;
      started++;
      await work(worker);
      times.push(performance.now() - now);
    }
  };
  await Promise.all(Array.from({ length: workers }, (_, worker) => one(worker)));
  const elapsed = performance.now() - began;
  return {
    rate: (times.length * 1000) / elapsed,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    mean: times.reduce((sum, time) => sum + time, 0) / Math.max(1, times.length),
    count: times.length,
  };
}

/** Sends requests over so many connections; every answer must have this status. */
export async function postLoad(
  url: URL,
  connections: number,
  bounds: Bounds,
  expected: number,
  next: () => string,
): Promise<Load> {
  const open = await Promise.all(Array.from({ length: connections }, () => Connection.open(url)));
  try {
    return await underLoad(connections, bounds, async (worker) => {
      const { status, body } = await (open[worker] as Connection).request(next());
      if (status !== expected) throw new Error(`${status} instead of ${expected}: ${body}`);
    });
  } finally {
    for (const connection of open) connection.close();
  }
}
