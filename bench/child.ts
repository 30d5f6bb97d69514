import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** A process of its own, so that it doesn't share the client's processor time. */
export interface Process {
  /** What it wrote until it was ready. */
  readonly output: string;
  /** Seconds of processor time that it has used; NaN where the system doesn't tell. */
  cpuSeconds(): Promise<number>;
  /** Bytes of memory that it holds; NaN where the system doesn't tell. */
  memory(): Promise<number>;
  stop(): Promise<void>;
}

export interface ServerProcess extends Process {
  readonly url: URL;
}

const PATIENCE_MS = 60_000;
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;

interface Start {
  readonly args?: readonly string[];
  /** Of node, before the script. */
  readonly options?: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** What its output looks like when it is ready. */
  readonly ready: RegExp;
}

/** @param given.ready its first group is the URL where it listens */
export async function startServer(script: URL, given: Start): Promise<ServerProcess> {
  const started = await startProcess(script, given);
  return { ...started, url: new URL(given.ready.exec(started.output)?.[1] as string) };
}

export async function startProcess(script: URL, given: Start): Promise<Process> {
  const child = spawn(process.execPath, [...(given.options ?? []), fileURLToPath(script), ...(given.args ?? [])], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: given.environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const output = await untilReady(child, given.ready);
  return {
    output,
    cpuSeconds: () => cpuSeconds(child.pid),
    memory: () => memory(child.pid),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

async function untilReady(child: ChildProcess, ready: RegExp): Promise<string> {
  let output = '';
  return await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`the server was not ready within ${PATIENCE_MS / 1000} s: ${output}`));
    }, PATIENCE_MS);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`the server ended with code ${code}: ${output}`));
    });
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (!ready.test(output)) return;
      clearTimeout(timer);
      // Its keys come in the same breath.
      setTimeout(() => resolve(output), 50);
      child.stdout?.removeAllListeners('data').resume();
    });
  });
}

async function cpuSeconds(pid: number | undefined): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // After the name in brackets: state is field 3, user time 14, system time 15 (proc(5)).
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

async function memory(pid: number | undefined): Promise<number> {
  const text = await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => '');
  // The second field: pages in memory (proc(5)).
  return Number(text.split(' ')[1]) * PAGE_BYTES;
}
