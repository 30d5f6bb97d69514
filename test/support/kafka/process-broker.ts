import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ENDING, type KafkaBroker } from './broker.js';
import { ready } from './ready.js';
import { type BrokerSettings, CREDENTIALS, formatArguments, serverProperties } from './settings.js';

const run = promisify(execFile);
const LOGGING = fileURLToPath(new URL('log4j2.properties', import.meta.url));
const JVM = ['-Xms128m', '-Xmx512m', '-XX:+UseSerialGC', `-Dlog4j2.configurationFile=${LOGGING}`];
/** It starts with half the work if it compiles less, which pays for itself only later. */
const JVM_OF_A_START = [...JVM, '-XX:TieredStopAtLevel=1'];
const PATIENCE_SECONDS = 15;
const SHOWN_CHARACTERS = 4000;

/** An Apache Kafka as one Java process of this machine, with its data in a temporary folder. */
export class ProcessBroker implements KafkaBroker {
  readonly username = CREDENTIALS.username;
  readonly password = CREDENTIALS.password;
  readonly brokers: string;
  readonly saslBrokers: string;
  readonly oauthBrokers: string;
  private readonly jvm: readonly string[];
  private child: ChildProcess | undefined;
  private ended: Promise<unknown> = Promise.resolve();
  // A broker must not outlive the tests that started it.
  private readonly onExit = () => this.child?.kill('SIGKILL');

  private constructor(
    private readonly classPath: string,
    private readonly folder: string,
    settings: Pick<BrokerSettings, 'plaintextPort' | 'saslPort' | 'oauthPort' | 'isLasting'>,
  ) {
    this.jvm = settings.isLasting ? JVM : JVM_OF_A_START;
    this.brokers = `127.0.0.1:${settings.plaintextPort}`;
    this.saslBrokers = `127.0.0.1:${settings.saslPort}`;
    this.oauthBrokers = `127.0.0.1:${settings.oauthPort}`;
    process.once('exit', this.onExit);
  }

  static async start(
    classPath: string,
    settings: Omit<BrokerSettings, 'bind' | 'dataDirectory'>,
  ): Promise<ProcessBroker> {
    const folder = await mkdtemp(join(tmpdir(), 'snews-test-kafka-'));
    const broker = new ProcessBroker(classPath, folder, settings);
    try {
      await writeFile(
        broker.propertiesFile,
        serverProperties({ ...settings, bind: '127.0.0.1', dataDirectory: join(folder, 'data') }),
      );
      await run('java', [
        ...JVM_OF_A_START,
        '-cp',
        classPath,
        'kafka.tools.StorageTool',
        ...formatArguments(broker.propertiesFile, settings.member?.clusterId),
      ]);
      await broker.restart();
    } catch (error) {
      await broker.stop();
      throw error;
    }
    return broker;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  async restart(): Promise<void> {
    await this.end();
    const output = await open(this.logFile, 'a');
    const child = spawn('java', [...this.jvm, '-cp', this.classPath, 'kafka.Kafka', this.propertiesFile], {
      cwd: this.folder,
      stdio: ['ignore', output.fd, output.fd],
    });
    this.child = child;
    this.ended = once(child, 'exit').then(() => {
      this.child = undefined;
    });
    try {
      await ready(this.brokers, () => this.child === child);
    } catch (error) {
      throw new Error(`${(error as Error).message}; the end of its log:\n${await this.log()}`, { cause: error });
    } finally {
      await output.close();
    }
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    this.child?.kill(signal);
    if (ENDING.includes(signal)) await this.ended;
  }

  async stop(): Promise<void> {
    await this.end();
    process.removeListener('exit', this.onExit);
    await rm(this.folder, { recursive: true, force: true });
  }

  async log(): Promise<string> {
    return (await readFile(this.logFile, 'utf8')).slice(-SHOWN_CHARACTERS);
  }

  private async end(): Promise<void> {
    this.child?.kill('SIGCONT');
    const graceful = this.kill('SIGTERM');
    const patience = new AbortController();
    await Promise.race([graceful, pause(PATIENCE_SECONDS * 1000, undefined, { signal: patience.signal })]);
    patience.abort();
    await this.kill('SIGKILL');
  }

  private get propertiesFile(): string {
    return join(this.folder, 'server.properties');
  }

  private get logFile(): string {
    return join(this.folder, 'kafka.log');
  }
}
