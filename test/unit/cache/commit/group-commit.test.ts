import { describe, expect, it } from 'vitest';
import { createGroupCommit } from '../../../../src/cache/commit/group-commit.js';
import { DatabaseAway } from '../../../../src/domain/database-away.js';

/** Commands 0 … n − 1 at once. @param fails what a transaction fails with */
async function submitAll(n: number, fails: (commands: readonly number[]) => Error | undefined) {
  const commits: number[][] = [];
  const queue = createGroupCommit<number, number>(async (commands) => {
    await Promise.resolve();
    // The first one is under way alone, so that the others come together.
    if (commands[0] === -1) return [{ status: 'fulfilled', value: -1 }];
    const error = fails(commands);
    commits.push([...commands]);
    if (error !== undefined) throw error;
    return commands.map((value) => ({ status: 'fulfilled', value }));
  });
  const first = queue.submit(-1);
  const settled = await Promise.allSettled(Array.from({ length: n }, (_, i) => queue.submit(i)));
  await first;
  return { commits, failed: settled.flatMap(({ status }, i) => (status === 'rejected' ? [i] : [])), settled };
}

describe('a batch that fails', () => {
  const poisoned =
    (...commands: number[]) =>
    (batch: readonly number[]) =>
      commands.some((command) => batch.includes(command)) ? new Error('its own') : undefined;

  it.each([
    [1, [0]],
    [500, [0]],
    [500, [499]],
    [500, [250, 251]],
    [500, [123, 400]],
  ])('of %i commands fails only %j, in a few transactions and in order', async (n, bad) => {
    const { commits, failed } = await submitAll(n, poisoned(...bad));
    expect(failed).toEqual(bad);
    expect(commits.length).toBeLessThanOrEqual(40);
    const taken = commits.filter((commands) => poisoned(...bad)(commands) === undefined).flat();
    expect(taken).toEqual(taken.toSorted((a, b) => a - b));
  });

  it('for whatever all fail with, fails all of them after twenty transactions', async () => {
    const { commits, failed } = await submitAll(
      500,
      () => new Error('cannot execute UPDATE in a read-only transaction'),
    );
    expect(failed).toHaveLength(500);
    expect(commits).toHaveLength(20);
  });

  it('as the database is away, fails at once', async () => {
    const { commits, failed } = await submitAll(500, () => new DatabaseAway('away'));
    expect(failed).toHaveLength(500);
    expect(commits).toHaveLength(1);
  });
});
