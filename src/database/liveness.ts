import type { EventEmitter } from 'node:events';
import pg from 'pg';

/**
 * Finds connections that died silently. If a cable, a firewall or a machine fails, no packet tells, and TCP takes minutes to
 * notice. If a connection waits for an answer and receives nothing for a second, its backend is looked up over another
 * connection. If the backend is not working on the statement, the answer is lost, and the connection is ended. If the server
 * does not answer at all, the connection is ended after four seconds. A statement that takes long goes on. While answers
 * arrive, this costs only a check every half second.
 */

const LOOK_MILLISECONDS = 500;
/** After this many silent checks the backend is looked up. */
const DOUBT = 2;
/** This many times in a row the backend must be found not to work. */
const STRIKES = 2;
/** After this many silent checks the connection is ended in any case. */
const LOST = 8;
/** After this many checks a quiet connection is probed with a statement. */
const PROBE = 3;
const ASK_MILLISECONDS = 1_500;

/** The backends that work. The state of other roles' backends may be hidden or not tracked: those count as working. */
const WORKING = `SELECT pid FROM pg_stat_activity WHERE pid = ANY($1)
  AND (state IS NULL OR state NOT LIKE 'idle%') AND wait_event IS DISTINCT FROM 'ClientWrite'`;

/** The error of queries on a connection that died silently, or that was dropped together with such a one. */
export class ConnectionDied extends Error {
  override readonly name = 'ConnectionDied';
}

/**
 * True if PostgreSQL itself answered an error, and so is alive: for instance that all connections are in use. A server that
 * starts or stops (57P) does not count, and neither does 08, which poolers answer if the server behind them is away.
 */
function isOfServing(error: unknown): boolean {
  return error instanceof pg.DatabaseError && /^(?!08|57P)[0-9A-Z]{5}$/.test(error.code ?? '');
}

/** What has to be known of a connection to watch it. */
export interface Watchable extends EventEmitter {
  /** The backend process; undefined until it is known. */
  readonly pid: number | undefined;
  /** True while an answer is awaited. */
  readonly isWaiting: boolean;
  /** True while it is unused in a pool. */
  readonly isIdle: boolean;
  /** True if it has no statements for long, so that it has to be probed. */
  readonly isQuiet: boolean;
  readonly bytesRead: number;
  /** Ends it at once. The queries that wait are rejected with the error. */
  cut(why: Error): void;
  query(text: string): Promise<unknown>;
}

interface Watched {
  bytes: number;
  /** Checks since something was received. */
  silence: number;
  strikes: number;
}

export class Watch {
  private readonly sessions = new Map<Watchable, Watched>();
  private timer: NodeJS.Timeout | undefined;
  private witness: pg.Client | undefined;
  private isAsking = false;

  /** @param makeWitness makes the client, itself not watched, over which backends are looked up */
  constructor(
    private readonly makeWitness: (patienceMs: number) => pg.Client,
    private readonly onEmpty: () => void,
  ) {}

  /** Watches a session from when it is connected until it ends. */
  add(session: Watchable): void {
    session.once('connect', () => {
      this.sessions.set(session, { bytes: 0, silence: 0, strikes: 0 });
      this.timer ??= setInterval(() => this.look(), LOOK_MILLISECONDS).unref();
    });
    session.once('end', () => this.remove(session));
  }

  /** Ends the unused connections of all pools. */
  dropIdle(): void {
    for (const session of this.sessions.keys()) {
      if (session.isIdle)
        session.cut(new ConnectionDied('Connection terminated: another one to the same database died'));
    }
  }

  private remove(session: Watchable): void {
    this.sessions.delete(session);
    if (this.sessions.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
    this.dismiss();
    this.onEmpty();
  }

  private look(): void {
    const suspects: Watchable[] = [];
    for (const [session, watched] of this.sessions) {
      const { bytesRead } = session;
      watched.silence++;
      if (bytesRead !== watched.bytes) {
        watched.bytes = bytesRead;
        watched.silence = 0;
        watched.strikes = 0;
      } else if (session.isWaiting) {
        if (watched.silence >= LOST) this.endDead(session);
        else if (watched.silence >= DOUBT && session.pid !== undefined) suspects.push(session);
      } else if (session.isQuiet && watched.silence >= PROBE) {
        watched.silence = 0;
        // The owner of the connection gets the error as an event.
        session.query('SELECT 1').catch(() => undefined);
      } else if (!session.isQuiet) {
        watched.silence = 0;
      }
    }
    if (suspects.length > 0) void this.ask(suspects);
    else if (!this.isAsking) this.dismiss();
  }

  private async ask(suspects: readonly Watchable[]): Promise<void> {
    if (this.isAsking) return;
    this.isAsking = true;
    try {
      const witness = await this.call();
      const { rows } = await witness.query<{ pid: number }>(WORKING, [suspects.map(({ pid }) => pid)]);
      const working = new Set(rows.map(({ pid }) => pid));
      for (const session of suspects) {
        const watched = this.sessions.get(session);
        // The answer has arrived meanwhile.
        if (watched === undefined || watched.silence === 0 || !session.isWaiting) continue;
        if (working.has(session.pid as number)) watched.silence = 0;
        else if (++watched.strikes >= STRIKES && session.bytesRead === watched.bytes) this.endDead(session);
      }
    } catch (error) {
      this.dismiss();
      // Otherwise the server did not answer: the next check asks again, until the suspects are lost.
      if (isOfServing(error)) this.heardOf(suspects);
    } finally {
      this.isAsking = false;
    }
  }

  /** The server is alive, although it refused the witness: the suspects are given more time. */
  private heardOf(suspects: readonly Watchable[]): void {
    for (const session of suspects) {
      const watched = this.sessions.get(session);
      if (watched !== undefined) watched.silence = 0;
    }
  }

  /** The client over which backends are looked up. It is kept while there are suspects. */
  private async call(): Promise<pg.Client> {
    if (this.witness !== undefined) return this.witness;
    const witness = this.makeWitness(ASK_MILLISECONDS);
    witness.on('error', () => {
      if (this.witness === witness) this.dismiss();
    });
    this.witness = witness;
    await witness.connect();
    return witness;
  }

  private dismiss(): void {
    const { witness } = this;
    this.witness = undefined;
    void witness?.end();
  }

  /** Ends a dead connection, and with it the idle ones, which are likely to be dead too. */
  private endDead(session: Watchable): void {
    this.sessions.delete(session);
    session.cut(new ConnectionDied('Connection terminated: it died silently'));
    this.dropIdle();
  }
}

const watches = new Map<string, Watch>();

/** The watch over all connections of this process to a database. */
export function watchOver(databaseUrl: string, makeWitness: (patienceMs: number) => pg.Client): Watch {
  const watch = watches.get(databaseUrl) ?? new Watch(makeWitness, () => watches.delete(databaseUrl));
  watches.set(databaseUrl, watch);
  return watch;
}
