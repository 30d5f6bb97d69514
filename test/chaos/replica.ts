import { setTimeout as pause } from 'node:timers/promises';
import { BUILT, freePort, type ServiceProcess, type Site } from '../support/service-process.js';
import { type Link, openLink } from './link.js';

/** A replica of the service under an address that stays, started again whenever it ends, as a supervisor does. */
export class Replica {
  private wanted = true;
  private process: ServiceProcess;
  private readonly kept: Promise<void>;
  /** The signal that somebody sent it, while its end is expected. */
  private sent: NodeJS.Signals | undefined;
  /** Ends that nobody asked for, and endings that were not clean. */
  readonly surprises: string[] = [];
  private output = '';

  private constructor(
    private readonly site: Site,
    private readonly environment: Record<string, string>,
    readonly url: string,
    /** Its way to PostgreSQL. */
    readonly link: Link,
  ) {
    this.process = this.spawn();
    this.kept = this.keep();
  }

  static async start(
    site: Site,
    environment: Record<string, string>,
    postgresPort: number,
    urlOf: (port: number) => string,
  ): Promise<Replica> {
    const [link, port] = [await openLink(postgresPort), await freePort()];
    const own = { ...environment, PORT: String(port), DATABASE_URL: urlOf(link.port) };
    return new Replica(site, own, `http://127.0.0.1:${port}`, link);
  }

  signal(name: NodeJS.Signals): void {
    if (name === 'SIGKILL' || name === 'SIGTERM') this.sent = name;
    this.process.send(name);
  }

  /** Everything that it wrote to its streams in all its lives. */
  get log(): string {
    return this.output + this.process.output + this.process.complaint;
  }

  async stop(): Promise<void> {
    this.wanted = false;
    this.signal('SIGTERM');
    await this.kept;
    await this.link.close();
  }

  private spawn(): ServiceProcess {
    return this.site.spawn(this.environment, BUILT);
  }

  private async keep(): Promise<void> {
    for (;;) {
      const { code, signal } = await this.process.ended;
      const asked = this.sent;
      this.sent = undefined;
      const isClean = asked === 'SIGTERM' ? code === 0 : asked === 'SIGKILL' && signal === 'SIGKILL';
      if (!isClean) {
        const how = `${asked === undefined ? 'nobody asked it to end' : `after ${asked}`}: ${signal ?? `exit code ${code}`}`;
        this.surprises.push(`${how}: ${this.process.complaint.slice(-400)}${this.process.output.slice(-400)}`);
      }
      this.output += this.process.output + this.process.complaint;
      if (!this.wanted) return;
      await pause(100);
      this.process = this.spawn();
    }
  }
}
