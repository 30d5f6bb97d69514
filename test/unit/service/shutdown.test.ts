import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createShutdown } from '../../../src/service/shutdown.js';

function shutdown() {
  const log: unknown[] = [];
  const closed: string[] = [];
  const open = createShutdown({ error: (details, message) => log.push([message, details]) });
  return { open, closed, log, part: (name: string) => open.add(name, async () => closed.push(name)) };
}

describe('a shutdown', () => {
  test('closes what was opened last first, and each part once', async () => {
    const { open, closed, part } = shutdown();
    for (const name of ['first', 'second', 'third']) part(name);
    expect(await open.close()).toEqual([]);
    expect(closed).toEqual(['third', 'second', 'first']);
    expect(await open.close()).toEqual([]);
    expect(closed).toHaveLength(3);
  });

  test('closes every part whatever the others do: reject, throw or hang', async () => {
    const { open, closed, log, part } = shutdown();
    part('database');
    open.add('rejects', () => Promise.reject(new Error('no')));
    open.add('throws', () => {
      throw new Error('never');
    });
    open.add('hangs', () => new Promise(() => undefined));
    open.add('hangs too', () => new Promise(() => undefined));
    open.add('slow', () => pause(50).then(() => closed.push('slow')));
    const began = performance.now();
    expect(await open.close(1_000)).toEqual(['hangs too', 'hangs', 'throws', 'rejects']);
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(closed).toEqual(['slow', 'database']);
    expect(log).toEqual(
      ['hangs too', 'hangs', 'throws', 'rejects'].map((part) => [
        'service:part-not-stopped',
        { part, err: expect.any(Error) },
      ]),
    );
  });
});
