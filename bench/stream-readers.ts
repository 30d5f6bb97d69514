import { connect, type Socket } from 'node:net';

/**
 * Many readers of one stream of alerts, in a process of their own (see reader-process.ts). No more of HTTP and of
 * server-sent events than the servers here speak, so that they take as little of the processor as can be.
 */
export interface Reading {
  readonly url: string;
  readonly key: string;
  readonly readers: number;
  /** Clients beside these that ask for the stream and never read. */
  readonly stalled: number;
}

export type Order =
  /** Reports when all readers have the alert of this sequence, or after some patience. */
  | { readonly kind: 'report'; readonly upTo: number }
  /** Closes the connections of all readers but so many, and forgets what came until now. */
  | { readonly kind: 'keep'; readonly readers: number };

export interface Report {
  /** For each alert and reader: milliseconds from the time that the alert bears until it was read. */
  readonly delays: Float64Array;
  /** Alerts that came to any reader. */
  readonly alerts: number;
  /** Readers that got each of these exactly once, in order, byte by byte as the others. */
  readonly complete: number;
  /** Bytes of an alert on the stream, on average. */
  readonly bytes: number;
}

interface Alert {
  readonly bytes: Buffer;
  /** The time that it bears, POSIX milliseconds. */
  readonly sentAt: number;
}

const PATIENCE_MS = 60_000;
const LOOK_MS = 50;
const OPENED_AT_ONCE = 64;
const END = '\n\n';
/** An alert's first lines, and the size of the chunk before them, take no more. */
const EVENT_BYTES = 64;
const EVENT = /(?:^|\n)id: (\d+)\nevent: alert\n/;
const SENT = /"sent_time_utc":"([^"]+)"/;

/** The alerts that came, each as it came first. */
class Alerts {
  private readonly known = new Map<number, Alert>();

  get(sequence: number, bytes: Buffer): Alert {
    const known = this.known.get(sequence);
    if (known !== undefined) return known;
    const alert = { bytes: Buffer.from(bytes), sentAt: Date.parse(SENT.exec(bytes.toString('latin1'))?.[1] ?? '') };
    this.known.set(sequence, alert);
    return alert;
  }

  sequences(): number[] {
    return [...this.known.keys()].sort((a, b) => a - b);
  }

  meanBytes(): number {
    const total = [...this.known.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
    return total / Math.max(1, this.known.size);
  }
}

class Reader {
  readonly sequences: number[] = [];
  readonly delays: number[] = [];
  isIntact = true;
  /** What came of an event that isn't complete. */
  private rest: Buffer | undefined;

  constructor(
    readonly socket: Socket,
    private readonly alerts: () => Alerts,
    private readonly onBegun: () => void,
  ) {
    socket.on('data', (chunk: Buffer) => this.take(chunk, Date.now()));
  }

  forget(): void {
    this.sequences.length = 0;
    this.delays.length = 0;
  }

  private take(chunk: Buffer, now: number): void {
    const received = this.rest === undefined ? chunk : Buffer.concat([this.rest, chunk]);
    let begin = 0;
    for (let end = received.indexOf(END); end >= 0; end = received.indexOf(END, begin)) {
      this.takeEvent(received.subarray(begin, end), now);
      begin = end + END.length;
    }
    this.rest = begin === received.length ? undefined : received.subarray(begin);
  }

  private takeEvent(event: Buffer, now: number): void {
    const found = EVENT.exec(event.toString('latin1', 0, EVENT_BYTES));
    if (found === null) {
      // The beginning of the stream, or a comment.
      this.onBegun();
      return;
    }
    // What stands before it is of HTTP: the size of the chunk.
    const bytes = event.subarray(found.index);
    const alert = this.alerts().get(Number(found[1]), bytes);
    this.isIntact &&= alert.bytes.equals(bytes);
    this.sequences.push(Number(found[1]));
    this.delays.push(now - alert.sentAt);
  }
}

class Crowd {
  private alerts = new Alerts();
  private readonly readers: Reader[] = [];
  private readonly stalled: Socket[] = [];

  constructor(private readonly given: Reading) {}

  async open(): Promise<void> {
    const { readers, stalled } = this.given;
    let begun = 0;
    const some = async () => {
      while (begun++ < readers) await this.read();
    };
    await Promise.all(Array.from({ length: OPENED_AT_ONCE }, some));
    for (let i = 0; i < stalled; i++) this.stalled.push(this.ask().pause());
  }

  /** Resolves when the stream has begun. */
  private read(): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = this.ask();
      socket.once('close', () => reject(new Error('the server ended a stream before it began')));
      this.readers.push(new Reader(socket, () => this.alerts, resolve));
    });
  }

  private ask(): Socket {
    const { hostname, port, pathname, search, host } = new URL(this.given.url);
    const socket = connect(Number(port), hostname);
    // What it lacks then is in the report.
    socket.on('error', () => undefined);
    socket.write(
      `GET ${pathname}${search} HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${this.given.key}\r\n\r\n`,
    );
    return socket;
  }

  keep(readers: number): void {
    for (const { socket } of this.readers.splice(readers)) socket.destroy();
    for (const reader of this.readers) reader.forget();
    this.alerts = new Alerts();
  }

  async report(upTo: number): Promise<Report> {
    const until = performance.now() + PATIENCE_MS;
    const lacks = ({ socket, sequences }: Reader) => !socket.destroyed && (sequences.at(-1) ?? 0) < upTo;
    while (this.readers.some(lacks) && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    const expected = this.alerts.sequences();
    const all = expected.join();
    return {
      delays: Float64Array.from(this.readers.flatMap(({ delays }) => delays)),
      alerts: expected.length,
      complete: this.readers.filter(({ isIntact, sequences }) => isIntact && sequences.join() === all).length,
      bytes: this.alerts.meanBytes(),
    };
  }
}

const crowd = new Crowd(JSON.parse(process.argv[2] ?? '') as Reading);
process.on('message', async (order: Order) => {
  if (order.kind === 'keep') crowd.keep(order.readers);
  else process.send?.(await crowd.report(order.upTo));
});
process.once('disconnect', () => process.exit());
await crowd.open();
process.send?.('open');
