import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createShutdown, PHASES, type Phase } from '../../../src/service/shutdown.js';
import { captureLog } from '../../support/logs.js';

function shutdown() {
  const { log, lines } = captureLog();
  const stopped: string[] = [];
  const open = createShutdown(log);
  const part = (name: string, phase: Phase = 'inputs') => open.add(phase, name, async () => stopped.push(name));
  return { open, stopped, lines, part };
}

describe('a shutdown', () => {
  test('goes through its phases, in each stops the part that was added last first, and each part once', async () => {
    const { open, stopped, part } = shutdown();
    // Added in the order of a start, which is that of the phases in reverse.
    for (const phase of [...PHASES].reverse()) for (const name of ['first', 'second']) part(`${phase} ${name}`, phase);
    expect(open.hasBegun).toBe(false);
    expect(await open.run()).toEqual([]);
    expect(open.hasBegun).toBe(true);
    expect(stopped).toEqual(PHASES.flatMap((phase) => [`${phase} second`, `${phase} first`]));
    expect(await open.run()).toEqual([]);
    expect(stopped).toHaveLength(2 * PHASES.length);
  });

  test('stops every part even if others reject, throw or hang', async () => {
    const { open, stopped, lines, part } = shutdown();
    part('database', 'foundations');
    open.add('inputs', 'rejects', () => Promise.reject(new Error('no')));
    open.add('inputs', 'throws', () => {
      throw new Error('never');
    });
    open.add('inputs', 'hangs', () => new Promise(() => undefined));
    open.add('commands', 'hangs too', () => new Promise(() => undefined));
    open.add('background', 'slow', () => pause(50).then(() => stopped.push('slow')));
    const began = performance.now();
    expect(await open.run(1_000)).toEqual(['hangs too', 'hangs', 'throws', 'rejects']);
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(stopped).toEqual(['slow', 'database']);
    expect(lines).toEqual(
      ['hangs too', 'hangs', 'throws', 'rejects'].map((part) => ({
        level: 'error',
        message: 'service:part-not-stopped',
        details: { part, err: expect.any(Error) },
      })),
    );
  });
});
