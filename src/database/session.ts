import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import pg from 'pg';
import { parse } from 'pg-connection-string';
import { isSpent } from './away.js';
import { ConnectionDied, type Watch, type Watchable, watchOver } from './liveness.js';
import { prepareSession, type Settings, sessionOptions } from './session-settings.js';

/** How long a connection may take to come about, and each step of its beginning. */
const CONNECT_MILLISECONDS = 2_500;
/** How long a pool keeps a session that began under an order to write nothing: whether it still holds tells only a new one. */
const READ_ONLY_MILLISECONDS = 1_000;

export interface SessionOptions {
  /** As it shows in pg_stat_activity. */
  readonly name: string;
  /** Where the tables lie; by default `public`. */
  readonly schema?: string | undefined;
  /** What this kind of connection sets beside what all rely on. */
  readonly settings?: Settings;
  /** More for pg; `isQuiet` for a connection on which nothing may be asked for long. */
  readonly config?: object;
}

/** What pg's client has beneath it, as far as its types don't tell. */
interface Wire {
  readonly connection: EventEmitter & { readonly stream: Socket };
}

/**
 * True of PostgreSQL's warning that somebody called off a commit's wait for a synchronous standby (known by the routine that
 * gives it: the message is translated, and has no code of its own). The commit is done, and its answer says no more than
 * that: a failover could lose it.
 */
function isUnreplicated({ routine }: { readonly routine?: string | undefined }): boolean {
  return routine === 'SyncRepWaitForLSN';
}

/**
 * A connection to PostgreSQL that sets what it relies on, and whose death without a word is noticed: all connections of
 * the service but those of the embedded server's own start are of this kind.
 */
export class Session extends pg.Client implements Watchable {
  pid: number | undefined;
  isWaiting = false;
  isIdle = false;
  /** True after an error that it won't get over. */
  isSpent = false;
  readonly isQuiet: boolean;

  constructor(config: pg.ClientConfig & { readonly watch: Watch; readonly isQuiet?: boolean }) {
    // A pool hides the password from those who copy.
    const { password } = config;
    super({
      ...config,
      ...(password === undefined ? {} : { password }),
      connectionTimeoutMillis: CONNECT_MILLISECONDS,
    });
    this.isQuiet = config.isQuiet ?? false;
    this.on('drain', () => {
      this.isWaiting = false;
    });
    // Whoever waits is told of a connection that breaks; unheard, its event would end the process.
    this.on('error', () => undefined);
    this.wire.on('errorMessage', (error) => {
      if (isSpent(error)) this.isSpent = true;
    });
    this.on('notice', (notice) => {
      if (isUnreplicated(notice))
        this.breakOff(new ConnectionDied('Connection terminated: a commit is not replicated'));
    });
    config.watch.add(this);
  }

  private get wire(): Wire['connection'] {
    return (this as unknown as Wire).connection;
  }

  get bytesRead(): number {
    return this.wire.stream.bytesRead;
  }

  cut(why: Error): void {
    this.wire.stream.destroy(why);
  }

  /** As if the connection had broken now: whoever waits is not told what the server says next. */
  private breakOff(why: Error): void {
    this.wire.emit('error', why);
    this.cut(why);
  }

  // biome-ignore lint/suspicious/noExplicitAny: pg's client takes a query in nine forms; all are passed on as they are
  override query(...query: any[]): any {
    this.isWaiting = true;
    return (super.query as (...query: unknown[]) => unknown).apply(this, query);
  }

  /** A pool doesn't keep it any longer. */
  private replaceSoon(): void {
    this.isSpent = true;
    if (this.isIdle) this.cut(new ConnectionDied('Connection terminated: it began while nothing might be written'));
  }

  /** Connects, and sets what can't be set with that. */
  async begin(): Promise<void> {
    await this.connect();
    await this.prepare();
  }

  async prepare(): Promise<void> {
    try {
      const { pid, read_only } = await prepareSession(this, CONNECT_MILLISECONDS);
      this.pid = pid;
      if (read_only) setTimeout(() => this.replaceSoon(), READ_ONLY_MILLISECONDS).unref();
    } catch (error) {
      this.cut(error as Error);
      throw error;
    }
  }
}

function configOf(databaseUrl: string, { name, schema, settings = {}, config = {} }: SessionOptions) {
  // As pg itself does: but what DATABASE_URL has of options comes first, for of what is said twice the later holds.
  const { options = '', ...given } = parse(databaseUrl);
  const common = { keepAlive: true, ...(given as object) };
  const witness = (patienceMs: number) =>
    new pg.Client({
      ...common,
      application_name: 'snews watch',
      options: sessionOptions(undefined, {}),
      connectionTimeoutMillis: patienceMs,
      query_timeout: patienceMs,
    });
  return {
    application_name: name,
    ...common,
    ...config,
    options: `${options} ${sessionOptions(schema, settings)}`.trim(),
    watch: watchOver(databaseUrl, witness),
  };
}

/** A connection that is still to begin. The caller ends it. */
export function makeSession(databaseUrl: string, options: SessionOptions): Session {
  return new Session(configOf(databaseUrl, options));
}

/** Opens one connection. The caller ends it. */
export async function openSession(databaseUrl: string, options: SessionOptions): Promise<Session> {
  const session = makeSession(databaseUrl, options);
  await session.begin();
  return session;
}

interface Log {
  warn(details: object, message: string): void;
}

/** Connections that are lent. */
export function openPool(databaseUrl: string, options: SessionOptions, log: Log): pg.Pool {
  const config = configOf(databaseUrl, options);
  const lent: object = { ...config, Client: Session, onConnect: (session: Session) => session.prepare() };
  const pool = new pg.Pool(lent);
  pool.on('acquire', (session) => {
    (session as unknown as Session).isIdle = false;
  });
  pool.on('release', (error, client) => {
    const session = client as unknown as Session;
    session.isIdle = !error && !session.isSpent;
    if (error || !session.isSpent) return;
    // A pool keeps no client that is ending.
    void session.end();
    // What made this one useless has made useless those beside it.
    config.watch.dropIdle();
  });
  // An idle connection that breaks (the database restarts) is replaced at the next use.
  pool.on('error', (error) => {
    if (!(error instanceof ConnectionDied)) log.warn({ err: error }, 'database:connection-lost');
  });
  return pool;
}
