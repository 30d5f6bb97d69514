import { DOMParser, type Element } from '@xmldom/xmldom';
import { PNG } from 'pngjs';
import { describe, expect, test } from 'vitest';
import { drawHeartbeats, GREEN, PICTURE_HEIGHT, PICTURE_WIDTH, RED } from '../../../src/heartbeats/drawing.js';
import { rasterize, SCALE } from '../../../src/heartbeats/raster.js';
import type { HeartbeatSeries, SeriesPoint } from '../../../src/reads/heartbeat-series.js';

const TO = Date.parse('2030-01-02T12:00:00Z');
const FROM = TO - 86_400_000;

/** Every ten minutes, in turn 590 s and 610 s apart; OFF for an hour in the middle. */
const TWO_WAYS: readonly SeriesPoint[] = Array.from({ length: 144 }, (_, i) => ({
  received: FROM + 600_000 * i + (i % 2) * 10_000,
  status: i >= 69 && i < 75 ? 'OFF' : 'ON',
  interval: i === 0 ? null : i % 2 === 0 ? 590 : 610,
  latency: i % 2 === 0 ? -0.5 : 1.5,
}));

function series(fields: Partial<HeartbeatSeries> = {}): HeartbeatSeries {
  const points = fields.points ?? TWO_WAYS;
  const intervals = { mean: 600, sigma: 10 };
  return {
    detector: 'Super-K',
    from: FROM,
    to: TO,
    total: points.length,
    intervals,
    points,
    thinnedTo: null,
    ...fields,
  };
}

function parse(svg: string): Element {
  const root = new DOMParser({
    // A name may hold the character that stands for what can't be shown.
    onError: (level, message) => {
      if (level !== 'warning') throw new Error(message);
    },
  }).parseFromString(svg, 'image/svg+xml').documentElement;
  if (root === null) throw new Error('no SVG');
  return root;
}

function textsOf(svg: string): string[] {
  return Array.from(parse(svg).getElementsByTagName('text')).map(({ textContent }) => textContent ?? '');
}

/** How many symbols are filled with a colour. */
function filled(svg: string, colour: string): number {
  return Array.from(parse(svg).getElementsByTagName('path')).filter((path) => path.getAttribute('fill') === colour)
    .length;
}

async function pixels(svg: string) {
  const png = PNG.sync.read(Buffer.from(await rasterize(svg)));
  /** The colour at a point of the SVG, as #rrggbb. */
  const at = (x: number, y: number) => {
    const offset = (Math.floor(y * SCALE) * png.width + Math.floor(x * SCALE)) * 4;
    return `#${png.data.subarray(offset, offset + 3).toString('hex')}`;
  };
  return { width: png.width, height: png.height, at, data: png.data };
}

/** Pixels that are not white, in a rectangle of the SVG. */
function inked({ at }: Awaited<ReturnType<typeof pixels>>, [left, top, right, bottom]: readonly number[] = []): number {
  let count = 0;
  for (let x = left as number; x < (right as number); x++) {
    for (let y = top as number; y < (bottom as number); y++) if (at(x, y) !== '#ffffff') count++;
  }
  return count;
}

describe('the picture of heartbeats', () => {
  test('names detector, time, number, interval, units and signs', () => {
    const texts = textsOf(drawHeartbeats(series()));
    for (const text of [
      'Heartbeats of Super-K',
      '2030-01-01 12:00 to 2030-01-02 12:00 UTC',
      '144 heartbeats · mean interval 600 s, σ 10 s',
      'interval (s)',
      'latency (s)',
      'time of receipt (UTC)',
      'ON',
      'OFF',
      'mean',
      'mean ± 1σ',
      'mean ± 3σ',
      '00:00',
      '01-02',
      '18:00',
    ]) {
      expect(texts).toContain(text);
    }
  });

  test('draws each heartbeat in both panels, OFF in another colour and shape', () => {
    const svg = drawHeartbeats(series());
    // With the sign in the legend. The first one has no interval.
    expect([filled(svg, GREEN), filled(svg, RED)]).toEqual([137 + 138 + 1, 6 + 6 + 1]);
    const shapes = (colour: string) =>
      new Set(
        Array.from(parse(svg).getElementsByTagName('path'))
          .filter((path) => path.getAttribute('fill') === colour)
          .map((path) => path.getAttribute('d')?.replace(/[-\d.\s]+/g, '')),
      );
    expect([...shapes(GREEN)].filter((shape) => shapes(RED).has(shape))).toEqual([]);
  });

  test('becomes a PNG of known size with bands, symbols and text where they belong, without fonts of the machine', async () => {
    const picture = await pixels(drawHeartbeats(series()));
    expect([picture.width, picture.height]).toEqual([PICTURE_WIDTH * SCALE, PICTURE_HEIGHT * SCALE]);
    // The panel of intervals is 290 high from 112 on and shows 570 s to 630 s: 600 s at 257, σ is 48.3.
    expect(picture.at(91, 257 - 24)).toBe('#b3d1ea');
    expect(picture.at(91, 257 + 24)).toBe('#b3d1ea');
    expect(picture.at(91, 257 - 96)).toBe('#deebf7');
    expect(picture.at(91, 257 + 96)).toBe('#deebf7');
    expect(picture.at(40, 500)).toBe('#ffffff');
    // Title and axis are written.
    expect(inked(picture, [24, 16, 300, 40])).toBeGreaterThan(500);
    expect(inked(picture, [84, 594, 976, 612])).toBeGreaterThan(300);
  });

  test('shows one gap of hours without pressing the rest onto the axis', () => {
    const gap = TWO_WAYS.map((point, i) => (i === 100 ? { ...point, interval: 20_000 } : point));
    const svg = drawHeartbeats(series({ points: gap, intervals: { mean: 734, sigma: 1_614 } }));
    expect(textsOf(svg)).toContain('interval (s), logarithmic');
  });

  test('says so if it shows extremes only', () => {
    expect(textsOf(drawHeartbeats(series({ total: 86_400, thinnedTo: 288 })))).toContain(
      '86,400 heartbeats · mean interval 600 s, σ 10 s · drawn are the extremes of every 288 s',
    );
  });

  test('says so if there are none, or too little of them', async () => {
    const none = drawHeartbeats(series({ points: [], intervals: null }));
    expect(textsOf(none)).toContain('no heartbeats in this time');
    expect(inked(await pixels(none), [300, 300, 700, 360])).toBeGreaterThan(300);
    const point: SeriesPoint = { received: FROM + 1, status: 'ON', interval: null, latency: null };
    const one = textsOf(drawHeartbeats(series({ points: [point], intervals: null })));
    for (const text of ['1 heartbeat · too few for a mean interval', 'no intervals', 'no times of sending']) {
      expect(one).toContain(text);
    }
  });

  test.each([
    '</text><script>alert(1)</script>',
    '"><image href="http://127.0.0.1:1/x.png"/>',
    '<!ENTITY x SYSTEM "file:///etc/passwd">&x;',
    ']]><svg onload="alert(1)">',
    '{a|rich} {b} %s',
    "'; fill: url(#x)",
    '超新星 🌟',
  ])('holds no more than the text of a name: %j', async (detector) => {
    const svg = drawHeartbeats(series({ detector }));
    const root = parse(svg);
    for (const name of ['script', 'image', 'foreignObject', 'a', 'use']) {
      expect(root.getElementsByTagName(name)).toHaveLength(0);
    }
    const elements = Array.from(root.getElementsByTagName('*'));
    expect(
      elements.flatMap(({ attributes }) => Array.from(attributes)).filter(({ name }) => name.startsWith('on')),
    ).toEqual([]);
    expect(textsOf(svg)).toContain(`Heartbeats of ${detector}`);
    expect((await pixels(svg)).width).toBe(PICTURE_WIDTH * SCALE);
  });

  test('shows what XML or a line of text cannot hold as such', () => {
    const svg = drawHeartbeats(series({ detector: 'two\nlines\u0000\u0007\u202e\ufffe\ud800' }));
    expect(textsOf(svg)).toContain(`Heartbeats of two\ufffdlines${'\ufffd'.repeat(5)}`);
  });

  // As far apart as times can be.
  test.each([9e9, -9e9, 1e-9, 0])('draws a latency of %d s', async (latency) => {
    const points = TWO_WAYS.map((point, i) => (i === 5 ? { ...point, latency } : point));
    expect((await pixels(drawHeartbeats(series({ points })))).height).toBe(PICTURE_HEIGHT * SCALE);
  });
});
