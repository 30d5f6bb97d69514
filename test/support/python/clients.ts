import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { until } from '../embedded-harness.js';
import type { Topics } from '../kafka/index.js';
import { type SaslAccess, topicVariables, writeAuthentication } from './hop.js';

export interface ClientOptions {
  readonly python: string;
  readonly sasl: SaslAccess;
  readonly topics: Topics;
  /** Whose messages the commands send. */
  readonly detector?: string;
  /** Of the remote commands. */
  readonly adminPassword?: string;
}

/** A message as the API of snews_pt takes it: a class of snews.models.messages, and its fields. */
export type Message = readonly [
  'HeartbeatMessage' | 'RetractionMessage' | 'CoincidenceTierMessage' | 'SignificanceTierMessage' | 'TimingTierMessage',
  Readonly<Record<string, unknown>>,
];

const MOST_SECONDS = 120;
const LISTENING_SECONDS = 3;

/** The collaboration's client as a detector team has it installed, unmodified, for the topics of a test. */
export class PythonClients {
  private readonly running = new Set<ChildProcess>();
  private subscriptions = 0;

  private constructor(
    private readonly python: string,
    private readonly folder: string,
  ) {}

  static async make(options: ClientOptions): Promise<PythonClients> {
    const folder = await mkdtemp(join(tmpdir(), 'snews-test-python-'));
    const clients = new PythonClients(options.python, folder);
    await writeAuthentication(folder, options.sasl);
    await writeFile(clients.environmentFile, environment(options));
    return clients;
  }

  /** Runs a command of snews_pt, as `snews_pt COMMAND …`; gives what it printed, without colours. */
  async run(args: readonly string[], input = ''): Promise<string> {
    return await this.finish(this.spawn(this.command(args)), args.join(' '), input);
  }

  /** Publishes messages by the API of snews_pt; gives what was sent: more than what was given, where a message fits several tiers. */
  async publish(messages: readonly Message[], variable = 'OBSERVATION_TOPIC'): Promise<readonly Message[]> {
    const child = this.spawn([script('publish.py'), this.environmentFile, variable]);
    const output = await this.finish(child, 'publish.py', JSON.stringify(messages));
    return (
      output
        .split('\n')
        // The Kafka library beneath writes its own lines between.
        .filter((line) => line.startsWith('['))
        .map((line) => JSON.parse(line) as Message)
    );
  }

  /** Publishes JSON files, as `snews_pt publish`. */
  async publishFiles(messages: readonly object[], args: readonly string[] = ['--no-firedrill']): Promise<string> {
    const files = messages.map((_, index) => join(this.folder, `message-${index}.json`));
    await Promise.all(messages.map((message, index) => writeFile(files[index] ?? '', JSON.stringify(message))));
    return await this.run(['publish', '--force', '-v', '1', ...args, ...files]);
  }

  /** Plays the scenarios that snews_pt ships, as a person does who ticks them all. */
  async playScenarios(): Promise<string> {
    const args = [script('scenarios.py'), '--env', this.environmentFile, 'run-scenarios', '--no-firedrill'];
    return await this.finish(this.spawn(args), 'run-scenarios', '');
  }

  /** Starts `snews_pt subscribe`: it gets what is written once it is `listening`, and not what bears a header `_test`. */
  subscribe(args: readonly string[] = ['--no-firedrill']): Subscription {
    const folder = join(this.folder, `alerts-${this.subscriptions++}`);
    return new Subscription(this.spawn(this.command(['subscribe', '--outputfolder', folder, ...args])), folder);
  }

  async cleanUp(): Promise<void> {
    for (const child of this.running) child.kill('SIGKILL');
    await rm(this.folder, { recursive: true, force: true, maxRetries: 40, retryDelay: 50 });
  }

  private command(args: readonly string[]): readonly string[] {
    return ['-m', 'snews_pt', '--env', this.environmentFile, ...args];
  }

  private spawn(args: readonly string[]): ChildProcess {
    const child = spawn(this.python, args, {
      cwd: this.folder,
      env: {
        PATH: process.env.PATH,
        HOME: this.folder,
        TERM: 'xterm',
        PYTHONUNBUFFERED: '1',
        PYTHONWARNINGS: 'ignore',
      },
    });
    this.running.add(child);
    child.once('exit', () => this.running.delete(child));
    return child;
  }

  private async finish(child: ChildProcess, name: string, input: string): Promise<string> {
    const output = outputOf(child);
    child.stdin?.end(input);
    const timer = setTimeout(() => child.kill('SIGKILL'), MOST_SECONDS * 1000);
    const [code] = await once(child, 'close');
    clearTimeout(timer);
    if (code !== 0) throw new Error(`${name} ended with ${code ?? 'a signal'}: ${output()}`);
    return output();
  }

  private get environmentFile(): string {
    return join(this.folder, 'snews_pt.env');
  }
}

/** A running `snews_pt subscribe`. */
export class Subscription {
  private readonly output: () => string;

  constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {
    this.output = outputOf(child);
  }

  /** Waits until it gets what is written to its topic. */
  async listening(): Promise<void> {
    await until(() => this.output().includes('Broker:'));
    // It joins no group and says no more: nobody can see when it has found its place. Usually within half a second.
    await pause(LISTENING_SECONDS * 1000);
  }

  /** The alerts that it has saved, in order. */
  async alerts(): Promise<readonly Record<string, unknown>[]> {
    const files = await readdir(this.folder).catch(() => []);
    const inOrder = files.toSorted((one, other) => Number.parseInt(one, 10) - Number.parseInt(other, 10));
    return await Promise.all(inOrder.map(async (file) => JSON.parse(await readFile(join(this.folder, file), 'utf8'))));
  }

  /** Ends it as Ctrl-C does; gives what it printed. */
  async stop(): Promise<string> {
    this.child.kill('SIGINT');
    await once(this.child, 'close');
    return this.output();
  }
}

/** Collects both outputs of a process, without colours. */
function outputOf(child: ChildProcess): () => string {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
  return () => output.replaceAll(/\u001b(?:P.*?\u001b\\|\[[0-9;?>]*[A-Za-z]|[78])/gs, '');
}

function script(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

/** What snews_pt otherwise reads from the files in its own package, which overrule the process's environment. */
function environment({ sasl, topics, detector = 'Super-K', adminPassword = '' }: ClientOptions): string {
  const variables = {
    DETECTOR_NAME: detector,
    HAS_NAME_CHANGED: '1',
    ADMIN_PASS: adminPassword,
    ALERT_OUTPUT: 'alerts/',
    ...topicVariables(sasl, topics),
  };
  return Object.entries(variables)
    .map(([name, value]) => `${name}='${value}'\n`)
    .join('');
}
