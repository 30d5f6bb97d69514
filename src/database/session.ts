import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import pg from 'pg';
import { parse } from 'pg-connection-string';
import type { Log } from '../domain/log.js';
import { isSpent } from './away.js';
import { ConnectionDied, type Watch, type Watchable, watchOver } from './liveness.js';
import { prepareSession, type Settings, sessionOptions } from './session-settings.js';

/** The timeout of connecting, and of each step of a session's start. */
const CONNECT_MILLISECONDS = 2_500;
/** How long a pool keeps a session that started read-only: only a new session tells whether the database still is. */
const READ_ONLY_MILLISECONDS = 1_000;

export interface SessionOptions {
  /** The application_name in pg_stat_activity. */
  readonly name: string;
  /** The schema of the tables; by default `public`. */
  readonly schema?: string | undefined;
  /** The settings of this kind of connection, in addition to those of all. */
  readonly settings?: Settings;
  /** Options of pg; and `isQuiet` for a connection that may be idle for long. */
  readonly config?: object;
}

/** Internals of pg's client that its types don't have. */
interface Wire {
  readonly connection: EventEmitter & { readonly stream: Socket };
}

/**
 * True of PostgreSQL's warning that the wait of a commit for a synchronous standby was cancelled. It is recognised by its
 * routine, as the message is translated and has no code of its own. The transaction is committed, but only locally: a
 * failover could lose it.
 */
function isUnreplicated({ routine }: { readonly routine?: string | undefined }): boolean {
  return routine === 'SyncRepWaitForLSN';
}

/**
 * A connection to PostgreSQL that sets the settings it relies on, and whose silent death is noticed. All connections of the
 * service are of this class, except for those of the start of the embedded server.
 */
export class Session extends pg.Client implements Watchable {
  pid: number | undefined;
  isWaiting = false;
  isIdle = false;
  /** True after an error from which the session does not recover. */
  isSpent = false;
  readonly isQuiet: boolean;

  constructor(config: pg.ClientConfig & { readonly watch: Watch; readonly isQuiet?: boolean }) {
    // A pool makes the password non-enumerable, so that the spread above does not copy it.
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
    // The queries that wait are rejected when a connection breaks; without a listener the event would end the process.
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

  /** Acts as if the connection broke now: the queries that wait are rejected, whatever the server answers next. */
  private breakOff(why: Error): void {
    this.wire.emit('error', why);
    this.cut(why);
  }

  // biome-ignore lint/suspicious/noExplicitAny: pg's client takes a query in nine forms; all are passed on as they are
  override query(...query: any[]): any {
    this.isWaiting = true;
    return (super.query as (...query: unknown[]) => unknown).apply(this, query);
  }

  /** Has the pool replace it at the next opportunity. */
  private replaceSoon(): void {
    this.isSpent = true;
    if (this.isIdle) this.cut(new ConnectionDied('Connection terminated: the session started read-only'));
  }

  /** Connects, and sets what can't be a startup parameter. */
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
  // As pg does it, except that the options in DATABASE_URL come first: of repeated settings the last one holds.
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

/** Makes a connection that is not connected yet. The caller ends it. */
export function makeSession(databaseUrl: string, options: SessionOptions): Session {
  return new Session(configOf(databaseUrl, options));
}

/** Opens one connection. The caller ends it. */
export async function openSession(databaseUrl: string, options: SessionOptions): Promise<Session> {
  const session = makeSession(databaseUrl, options);
  await session.begin();
  return session;
}

/** Opens a pool of sessions. */
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
    // The pool drops a client that is ending.
    void session.end();
    // The other idle sessions are likely to be useless for the same reason.
    config.watch.dropIdle();
  });
  // An idle connection that breaks (the database restarts) is replaced at the next use.
  pool.on('error', (error) => {
    if (!(error instanceof ConnectionDied)) log.warn({ err: error }, 'database:connection-lost');
  });
  return pool;
}
