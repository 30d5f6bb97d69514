import { readFileSync } from 'node:fs';
import type { WireRecord } from '../src/intake/wire/decode-record.js';
import { MAXIMUM_KEYS } from '../src/intake/wire/limits.js';
import { compiled } from './compiled.js';
import type { Part } from './part.js';
import { costOf, medianCost, round } from './statistics.js';
import { randomNumbers } from './workload.js';

type DecodeRecord = (record: WireRecord) => unknown;

/** A kind of records that are decoded in turns. */
interface Kind {
  readonly name: string;
  readonly records: readonly WireRecord[];
}

const LARGE = 1024 * 1024;
/** MiB/s. */
const TARGET = 20;

export const decode: Part = {
  name: 'decode',
  title: 'decoding Kafka records in process: captured ones and hostile ones',
  async run({ quick, progress }) {
    const { decodeRecord } = await compiled.decodeRecord();
    const seconds = quick ? 0.05 : 0.3;
    const captured = capturedRecords();
    const hostile = hostileKinds();
    const kinds = [
      ...capturedKinds(captured),
      { name: 'captured, changed at random', records: mutations(captured, quick ? 1_000 : 10_000) },
      ...hostile,
    ];
    const measured = kinds.map((kind) => {
      progress(kind.name);
      return { ...kind, ...measure(decodeRecord, kind.records, quick ? 3 : 7, seconds) };
    });
    const slowest = Math.min(...measured.map(({ cpuRate }) => cpuRate));
    return {
      tables: [
        {
          title: 'Records of one kind, decoded one after the other',
          columns: ['records', 'mean bytes', 'µs each (CPU)', 'MiB/s (CPU)', 'MiB/s (elapsed)'],
          rows: measured.map(({ name, records, cpu, cpuRate, wallRate }) => [
            name,
            round(totalBytes(records) / records.length),
            round(cpu),
            round(cpuRate),
            round(wallRate),
          ]),
        },
      ],
      targets: [
        ...measured.slice(0, -hostile.length).map(({ name, cpuRate }) => ({
          what: `MiB/s (CPU), ${name}`,
          measured: round(cpuRate),
          atLeast: TARGET,
        })),
        {
          what: 'MiB/s (CPU), hostile, all kinds together',
          measured: round(together(measured.slice(-hostile.length))),
          atLeast: TARGET,
        },
        { what: 'MiB/s (CPU), the slowest of all kinds', measured: round(slowest), atLeast: TARGET },
      ],
      notes: ['CPU: processor time with garbage collection, which other work on the machine hardly changes.'],
    };
  },
};

/** Microseconds of processor time per record, and rates in MiB/s: medians of some rounds after one to warm up. */
function measure(decodeRecord: DecodeRecord, records: readonly WireRecord[], rounds: number, seconds: number) {
  const all = () => {
    for (const record of records) {
      try {
        decodeRecord(record);
      } catch {
        // Refusing is what hostile records are measured for.
      }
    }
  };
  const { wall } = costOf(3, all);
  const repetitions = Math.max(1, Math.ceil((seconds * 1e6) / wall));
  const repeated = () => {
    for (let i = 0; i < repetitions; i++) all();
  };
  repeated();
  const cost = medianCost(Array.from({ length: rounds }, () => costOf(repetitions, repeated)));
  const rate = (microseconds: number) => totalBytes(records) / LARGE / (microseconds / 1e6);
  return { cpu: cost.cpu / records.length, cpuRate: rate(cost.cpu), wallRate: rate(cost.wall) };
}

/** MiB/s of kinds of which each brings as many bytes. */
function together(measured: readonly { readonly cpuRate: number }[]): number {
  return measured.length / measured.reduce((sum, { cpuRate }) => sum + 1 / cpuRate, 0);
}

function totalBytes(records: readonly WireRecord[]): number {
  return records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
}

interface Line {
  readonly headers: readonly (readonly [string, string])[];
  readonly value: string | null;
}

function capturedRecords(): WireRecord[] {
  return readFileSync(new URL('../test/fixtures/messages.jsonl', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
    .map(({ headers, value }) => ({
      headers: Object.fromEntries(headers.map(([name, text]) => [name, Buffer.from(text, 'base64')])),
      value: value === null ? null : Buffer.from(value, 'base64'),
    }));
}

/** One of the captured records is 200,000 brackets: without it, lest it is all that is measured. */
function capturedKinds(captured: readonly WireRecord[]): Kind[] {
  const usual = captured.filter(({ value }) => (value?.length ?? 0) < 2_000);
  const isPickle = ({ value }: WireRecord) => value?.[0] === 0x80;
  return [
    { name: 'captured, all', records: captured },
    { name: 'captured, pickles', records: usual.filter(isPickle) },
    { name: 'captured, others', records: usual.filter((record) => !isPickle(record)) },
  ];
}

/** Captured records with a few bytes changed, cut out or taken from elsewhere. */
function mutations(captured: readonly WireRecord[], count: number): WireRecord[] {
  const usual = captured.filter(({ value }) => value !== null && value.length > 0 && value.length < 2_000);
  const random = randomNumbers(count);
  const below = (limit: number) => Math.floor(random() * limit);
  return Array.from({ length: count }, () => {
    const { headers, value } = usual[below(usual.length)] as { headers: WireRecord['headers']; value: Buffer };
    const bytes = Buffer.from(value);
    for (let changes = 1 + below(3); changes > 0; changes--) bytes[below(bytes.length)] = below(256);
    const end = random() < 0.2 ? below(bytes.length) : bytes.length;
    return { headers, value: bytes.subarray(0, end) };
  });
}

/** Records as large as a topic takes, each made to be as dear as can be. */
function hostileKinds(): Kind[] {
  const json = (name: string, text: string) => ({ name, records: [record('json', Buffer.from(text))] });
  const pickle = (name: string, ...pieces: string[]) => ({
    name,
    records: [record('blob', Buffer.from(`\x80\x04}\x8c\x01x${pieces.join('')}s.`, 'latin1'))],
  });
  const times = (bytes: number, piece: string) => piece.repeat(Math.floor(bytes / piece.length));
  const list = (items: string) => `{"a":[${items.slice(0, -1)}]}`;
  /** Objects of as many different keys as are taken. */
  const objects = (item: (i: number) => string, whole: (items: string) => string) =>
    Array.from({ length: 9 }, (_, object) =>
      whole(Array.from({ length: MAXIMUM_KEYS }, (_, i) => item(object * MAXIMUM_KEYS + i)).join('')),
    ).join('');
  const doubled = Array.from({ length: 100 }, (_, i) => `0](${`h${String.fromCharCode(i)}`.repeat(2)}eq`).map(
    (level, i) => `${level}${String.fromCharCode(i + 1)}`,
  );
  return [
    json('JSON: nested', times(LARGE, '{"a":')),
    json('JSON: nested in strings', JSON.stringify(JSON.stringify({ a: times(LARGE / 4, '"') }))),
    json('JSON: empty arrays', list(times(LARGE, '[],'))),
    json(
      'JSON: different keys',
      list(
        objects(
          (i) => `"k${i}":1,`,
          (items) => `{${items.slice(0, -1)}},`,
        ),
      ),
    ),
    json('JSON: escapes', `{"a":"${times(LARGE, '\\u00e9')}"}`),
    json('JSON: integers of 300 digits', list(times(LARGE, `${'9'.repeat(300)},`))),
    json('JSON: numbers with exponents', list(times(LARGE, '1.2345678901234567e-7,'))),
    pickle('pickle: nested', times(LARGE / 2, ']'), times(LARGE / 2, 'a')),
    pickle('pickle: doubles itself', ']q\x00', ...doubled, times(LARGE / 64, 'K\x010')),
    pickle('pickle: lists', `](${times(LARGE, ']')}e`),
    pickle('pickle: dropped lists', times(290_000, ']q\x000'), 'N'),
    pickle('pickle: remembered values', times(290_000, 'N\x940'), 'N'),
    pickle('pickle: marks', times(LARGE, '('), 'N'),
    pickle('pickle: integers', `](${times(LARGE / 2, `\x8a\x08${'\xff'.repeat(7)}\x7f`)}e`),
    pickle('pickle: short texts', `](${times(190_000 * 4, '\x8c\x02ab')}e`),
    pickle(
      'pickle: different keys',
      `](${objects(
        (i) => `\x8c\x06${String(i).padStart(6, 'k')}N`,
        (items) => `}(${items}u`,
      )}e`,
    ),
  ];
}

function record(format: string, value: Buffer): WireRecord {
  return { headers: { _format: Buffer.from(format) }, value };
}
