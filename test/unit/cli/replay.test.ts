import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { stringify } from 'lossless-json';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ReplayEntry, readEntries } from '../../../src/cli/replay/entries.js';
import { dueAfter, rewrite, shiftToNow } from '../../../src/cli/replay/rewrite.js';
import { survey } from '../../../src/cli/replay/survey.js';
import { addDuration, elapsed, parseUtc, seconds } from '../../../src/domain/time.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'snews-replay-'));
});

afterAll(async () => await rm(folder, { recursive: true }));

async function fileOf(text: string): Promise<string> {
  const path = join(folder, 'file.jsonl');
  await writeFile(path, text);
  return path;
}

async function entriesOf(text: string): Promise<ReplayEntry[]> {
  const entries: ReplayEntry[] = [];
  for await (const entry of readEntries(await fileOf(text))) entries.push(entry);
  return entries;
}

const places = (entries: readonly ReplayEntry[]) => entries.map(({ place }) => place);

describe('a file is read', () => {
  const message = '{"detector_name":"JUNO","tier":"CoincidenceTier"}';

  test('line by line, blank lines left out, with or without a byte order mark', async () => {
    expect(places(await entriesOf(`\uFEFF${message}\n\n${message}\r\n${message}`))).toEqual([
      'line 1',
      'line 3',
      'line 4',
    ]);
  });

  test('as one document over several lines: a scenario, a list, or a list of scenarios', async () => {
    const scenario = { name: 'two', ops: [JSON.parse(message), { op: 'reset' }] };
    expect(places(await entriesOf(JSON.stringify(scenario, null, 2)))).toEqual(['op 1', 'op 2']);
    expect(places(await entriesOf(JSON.stringify([scenario], null, 2)))).toEqual(['op 1, op 1', 'op 1, op 2']);
    expect(places(await entriesOf(`${JSON.stringify(scenario)}\n${message}`))).toEqual([
      'line 1, op 1',
      'line 1, op 2',
      'line 2',
    ]);
  });

  test('with numbers exactly as they stand in it', async () => {
    const exact = '{"tier":"CoincidenceTier","p_val":0.10000000000000000001,"meta":{"n":9007199254740993}}';
    const [entry] = await entriesOf(exact);
    expect(entry?.action.kind === 'message' && stringify(entry.action.message)).toBe(exact);
  });

  test.each([
    ['{"retract_latest_n":1}', 'Retraction'],
    ['{"retract_message_uuid":"x"}', 'Retraction'],
    ['{"detector_status":"ON"}', 'Heartbeat'],
    ['{"timing_series":[],"neutrino_time_utc":"x"}', 'TimingTier'],
    ['{"p_values":[]}', 'SignificanceTier'],
    ['{"neutrino_time_utc":"x"}', 'CoincidenceTier'],
    ['{"neutrino_time":"x","id":"7"}', 'CoincidenceTier'],
    ['{"op":"observe"}', 'CoincidenceTier'],
    ['{"op":"retract_latest","n":1}', 'Retraction'],
    // The server knows by the id.
    ['{"neutrino_time_utc":"x","id":"JUNO_CoincidenceTier_None"}', undefined],
    ['{"id":"0_test-connection","neutrino_time_utc":"x"}', undefined],
  ])('%s is a message of the kind %s', async (line, tier) => {
    const [entry] = await entriesOf(line);
    expect(entry?.action).toMatchObject({ kind: 'message' });
    expect(entry?.action.kind === 'message' && entry.action.message['tier']).toBe(tier);
  });

  test.each([
    ['{"a":1}\n{"a":', 'line 2: not JSON'],
    ['{"a":', 'not JSON'],
    ['{"a":1}\n7', 'line 2: this is neither a message nor an operation'],
    ['{"op":"observ"}', 'line 1: unknown op "observ"'],
    ['{"ops":[{"op":"retract_id"}]}', 'line 1, op 1: retract_id requires detector_name and id'],
  ])('%j is rejected: %s', async (text, why) => {
    await expect(entriesOf(text)).rejects.toThrow(why);
  });

  test('that is not there is named', async () => {
    await expect(readEntries(join(folder, 'none')).next()).rejects.toThrow('none: there is no such file');
  });
});

describe('messages are rewritten', () => {
  const uuid = '9ccdc218-2552-4e33-b023-04308a21bd20';
  const asIs = { freshUuids: new Map<string, string>(), shift: undefined, cache: undefined };

  async function surveyOf(text: string) {
    return await survey(readEntries(await fileOf(text)));
  }

  test('with fresh uuids, which keep what belongs together together', async () => {
    const { freshUuids } = await surveyOf(`{"tier":"CoincidenceTier","uuid":"urn:uuid:${uuid.toUpperCase()}"}`);
    const sent = rewrite({ uuid }, { ...asIs, freshUuids });
    expect(sent.uuid).not.toBe(uuid);
    expect(rewrite({ uuid: uuid.toUpperCase() }, { ...asIs, freshUuids }).uuid).toBe(sent.uuid);
    expect(rewrite({ retract_message_uuid: uuid }, { ...asIs, freshUuids })).toMatchObject({
      retract_message_uuid: sent.uuid,
    });
    expect(rewrite({}, asIs).uuid).not.toBe(rewrite({}, asIs).uuid);
  });

  test('but a retraction of what is not in the file means what it says', () => {
    expect(rewrite({ retract_message_uuid: uuid }, asIs)).toMatchObject({ retract_message_uuid: uuid });
  });

  test('to go to one cache, whatever they said, older clients too', () => {
    const flagged = { is_test: 'True', meta: { is_test: true, run: 7 } };
    expect(rewrite(flagged, { ...asIs, cache: 'live' })).toMatchObject({
      is_test: false,
      is_firedrill: false,
      meta: { run: 7 },
    });
    expect(rewrite(flagged, { ...asIs, cache: 'live' })['meta']).not.toHaveProperty('is_test');
    expect(rewrite({}, { ...asIs, cache: 'firedrill' })).toMatchObject({ is_test: false, is_firedrill: true });
    expect(rewrite(flagged, asIs)).toMatchObject(flagged);
  });

  test('with all their times shifted alike, across a leap second', () => {
    const message = {
      neutrino_time_utc: '2016-12-31T23:59:56',
      machine_time_utc: '2017-01-01T00:00:05Z',
      sent_time: 'soon',
    };
    expect(rewrite(message, { ...asIs, shift: seconds(10) })).toMatchObject({
      neutrino_time_utc: '2017-01-01T00:00:05.000000000Z',
      machine_time_utc: '2017-01-01T00:00:15.000000000Z',
      sent_time: 'soon',
    });
  });

  test('the survey knows the caches by their flags', async () => {
    const { caches, entries, hasReset } = await surveyOf(
      '{"neutrino_time_utc":"x","meta":{"is_test":"True"}}\n{"neutrino_time_utc":"x","is_firedrill":true}\n{"op":"reset"}',
    );
    expect({ caches: [...caches], entries, hasReset }).toEqual({
      caches: ['test', 'firedrill'],
      entries: 3,
      hasReset: true,
    });
  });
});

test('shifted, no message is of the future when it is sent, and the latest is recent', () => {
  const begins = parseUtc('2030-01-01T00:00:00Z');
  const start = parseUtc('2026-11-22T12:00:00Z');
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 1, maxLength: 20 }),
      fc.option(fc.double({ min: 0.01, max: 100, noNaN: true }), { nil: undefined }),
      (offsets, speed) => {
        const times = offsets.map((offset) => addDuration(begins, seconds(offset)));
        const [firstTime = begins] = times;
        const latestTime = addDuration(begins, seconds(Math.max(...offsets)));
        const shift = shiftToNow({ firstTime, latestTime }, start, speed);
        if (shift === undefined) throw new Error('there are times to shift');
        let sentAt = 0;
        for (const time of times) {
          sentAt = Math.max(sentAt, speed === undefined ? 0 : dueAfter(firstTime, time, speed));
          const aheadOfStart = Number(elapsed(start, addDuration(time, shift))) / 1e6;
          expect(aheadOfStart).toBeLessThan(sentAt);
        }
        const latest = Number(elapsed(start, addDuration(latestTime, shift))) / 1e6;
        if (speed === undefined || speed >= 1) expect(sentAt - latest).toBeCloseTo(1_000, 0);
      },
    ),
    { numRuns: 500 },
  );
});
