import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { until } from './embedded-harness.js';
import { missing } from './missing.js';
import { freePort } from './service-process.js';

const EXECUTABLE = ['/usr/sbin/haproxy', '/usr/local/sbin/haproxy'].find((path) => existsSync(path));

/** Where HAProxy is; undefined, after a loud line, where there is none: skip then. */
export const haproxyPath: string | undefined = EXECUTABLE ?? missing('HAProxy', 'apt-get install haproxy');

export interface Haproxy {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * HAProxy with the configuration of docker-compose.yml, in which only addresses are others.
 * @param replicas where the service listens
 */
export async function startComposeHaproxy(replicas: readonly string[]): Promise<Haproxy> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'snews-haproxy-'));
  const file = join(folder, 'haproxy.cfg');
  await writeFile(file, configuration(port, replicas));
  const child = spawn(haproxyPath ?? 'haproxy', ['-db', '-f', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const ended = once(child, 'close');
  await until(async () => child.exitCode !== null || (await listens(port)));
  if (child.exitCode !== null) throw new Error(`HAProxy ended: ${complaint}`);
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}

function configuration(port: number, replicas: readonly string[]): string {
  const compose = parse(readFileSync(new URL('../../docker-compose.yml', import.meta.url), 'utf8'), { merge: true });
  const text = (compose.configs.haproxy.content as string).replaceAll('$$', '$');
  const servers = replicas.map((url, i) => `  server replica${i + 1} ${new URL(url).host} check inter 2s`).join('\n');
  return [
    [/bind :8080/, `bind 127.0.0.1:${port}`],
    [/^ *server-template replica 2 snews:8080 check inter 2s .*$/m, servers],
  ].reduce((config, [from, to]) => {
    if (!(from as RegExp).test(config)) throw new Error(`docker-compose.yml's HAProxy has no ${from}`);
    return config.replace(from as RegExp, to as string);
  }, text);
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}
