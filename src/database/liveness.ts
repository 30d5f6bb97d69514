import type { EventEmitter } from 'node:events';
import pg from 'pg';

/**
 * Finds connections that died without a word: a cable, a firewall or a machine that went away says nothing, and TCP alone
 * takes minutes to notice. Whoever waits for an answer and hears nothing for a second is asked about over another
 * connection: if the server doesn't work for it, the answer is lost; if nothing comes from the server at all, the wait ends
 * after four seconds. A statement that takes its time goes on. In the ordinary case, when answers come, this
 * costs nothing but a look each half second.
 */

const LOOK_MILLISECONDS = 500;
/** After so many looks in silence it is asked whether the server works for it. */
const DOUBT = 2;
/** So often in a row the server must be found not to. */
const STRIKES = 2;
/** After so many looks without a word from anywhere. */
const LOST = 8;
/** A connection on which nothing is asked is asked something after so many looks. */
const PROBE = 3;
const ASK_MILLISECONDS = 1_500;

/** The server's word on its processes. Others' may be hidden, or not be tracked: then nothing is known against them. */
const WORKING = `SELECT pid FROM pg_stat_activity WHERE pid = ANY($1)
  AND (state IS NULL OR state NOT LIKE 'idle%') AND wait_event IS DISTINCT FROM 'ClientWrite'`;

/** What those are told who waited on a connection that says nothing any more, or that was dropped beside another. */
export class ConnectionDied extends Error {
  override readonly name = 'ConnectionDied';
}

/**
 * True if PostgreSQL itself answers, so that it lives, though it refuses: above all no connection is left, for the role or
 * for all. A server that starts or stops (57P) serves nobody, and 08 is what poolers say of the server behind them.
 */
function isOfServing(error: unknown): boolean {
  return error instanceof pg.DatabaseError && /^(?!08|57P)[0-9A-Z]{5}$/.test(error.code ?? '');
}

/** A connection, as far as it is watched. */
export interface Watchable extends EventEmitter {
  /** The server's process; undefined until it is known. */
  readonly pid: number | undefined;
  /** True while an answer is awaited. */
  readonly isWaiting: boolean;
  /** True while it lies unused in a pool. */
  readonly isIdle: boolean;
  /** True if nothing is asked for long, so that somebody has to ask whether it lives. */
  readonly isQuiet: boolean;
  readonly bytesRead: number;
  /** Ends it at once: whoever waits for it is told why. */
  cut(why: Error): void;
  query(text: string): Promise<unknown>;
}

interface Watched {
  bytes: number;
  /** Looks since the last word. */
  silence: number;
  strikes: number;
}

export class Watch {
  private readonly sessions = new Map<Watchable, Watched>();
  private timer: NodeJS.Timeout | undefined;
  private witness: pg.Client | undefined;
  private isAsking = false;

  /** @param makeWitness a client that is not watched itself, to ask over */
  constructor(
    private readonly makeWitness: (patienceMs: number) => pg.Client,
    private readonly onEmpty: () => void,
  ) {}

  /** From when it is connected until it ends. */
  add(session: Watchable): void {
    session.once('connect', () => {
      this.sessions.set(session, { bytes: 0, silence: 0, strikes: 0 });
      this.timer ??= setInterval(() => this.look(), LOOK_MILLISECONDS).unref();
    });
    session.once('end', () => this.remove(session));
  }

  /** Takes the unused connections out of all pools. */
  dropIdle(): void {
    for (const session of this.sessions.keys()) {
      if (session.isIdle)
        session.cut(new ConnectionDied('Connection terminated: one beside it was of no use any more'));
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
        if (watched.silence >= LOST) this.bury(session);
        else if (watched.silence >= DOUBT && session.pid !== undefined) suspects.push(session);
      } else if (session.isQuiet && watched.silence >= PROBE) {
        watched.silence = 0;
        // How it fails is told to whoever owns the connection.
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
        // It was answered meanwhile.
        if (watched === undefined || watched.silence === 0 || !session.isWaiting) continue;
        if (working.has(session.pid as number)) watched.silence = 0;
        else if (++watched.strikes >= STRIKES && session.bytesRead === watched.bytes) this.bury(session);
      }
    } catch (error) {
      this.dismiss();
      // Else there is no word from the server: the next look asks anew, until those who wait have waited too long.
      if (isOfServing(error)) this.heardOf(suspects);
    } finally {
      this.isAsking = false;
    }
  }

  /** The server is there and works, if not for the witness: whether for these is asked again. */
  private heardOf(suspects: readonly Watchable[]): void {
    for (const session of suspects) {
      const watched = this.sessions.get(session);
      if (watched !== undefined) watched.silence = 0;
    }
  }

  /** A connection to ask over, kept while there is doubt. */
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

  /** The connections that lie beside a dead one are likely dead too: nobody should have to find that out one by one. */
  private bury(session: Watchable): void {
    this.sessions.delete(session);
    session.cut(new ConnectionDied('Connection terminated: it died without a word'));
    this.dropIdle();
  }
}

const watches = new Map<string, Watch>();

/** The one watch over all of a process's connections to a database. */
export function watchOver(databaseUrl: string, makeWitness: (patienceMs: number) => pg.Client): Watch {
  const watch = watches.get(databaseUrl) ?? new Watch(makeWitness, () => watches.delete(databaseUrl));
  watches.set(databaseUrl, watch);
  return watch;
}
