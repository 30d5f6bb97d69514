import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { bodyOf, createLongReads, type Output, writeList } from '../../../src/http/long-answers.js';

const ROW = 'x'.repeat(50_000);

async function rows(count: number, output: Output): Promise<void> {
  await writeList(async (take) => {
    for (let n = 0; n < count; n++) await take([{ n, ROW }]);
  }, output);
}

describe('the body of an answer', () => {
  it('is a text if it is short', async () => {
    expect(JSON.parse(String(await bodyOf((output) => rows(2, output))))).toHaveLength(2);
    expect(await bodyOf((output) => rows(0, output))).toBe('[]');
  });

  it('is a stream if it is long, made while it is read', async () => {
    let made = 0;
    const body = await bodyOf(async (output) => {
      await writeList(async (take) => {
        for (; made < 100; made++) await take([{ made, ROW }]);
      }, output);
    });
    if (typeof body === 'string') throw new Error('it is a text');
    expect(made).toBeLessThan(50);
    expect(JSON.parse(await text(body))).toHaveLength(100);
  });

  it('is refused, as a short one that fails is, before anything is sent', async () => {
    const fails = async () => {
      throw new Error('away');
    };
    await expect(bodyOf(fails)).rejects.toThrow('away');
    const reads = createLongReads(1, 'all');
    const first = await bodyOf((output) => rows(9, output), reads.begin);
    await expect(bodyOf((output) => rows(9, output), reads.begin)).rejects.toMatchObject({ status: 503 });
    if (typeof first === 'string') throw new Error('it is a text');
    await text(first);
    expect(typeof (await bodyOf((output) => rows(9, output), reads.begin))).toBe('object');
  });

  it('is broken off if it fails halfway, so that nobody takes it for whole', async () => {
    const body = await bodyOf(async (output) => {
      await rows(9, output);
      throw new Error('away');
    });
    if (typeof body === 'string') throw new Error('it is a text');
    await expect(text(body)).rejects.toThrow('away');
  });

  it('is made no further when its reader has gone', async () => {
    let [made, isOver] = [0, false];
    const body = await bodyOf(async (output) => {
      await writeList(async (take) => {
        for (; made < 1_000; made++) await take([{ made, ROW }]);
      }, output).finally(() => {
        isOver = true;
      });
    });
    if (typeof body === 'string') throw new Error('it is a text');
    body.destroy();
    await expect.poll(() => isOver).toBe(true);
    expect(made).toBeLessThan(100);
  });
});
