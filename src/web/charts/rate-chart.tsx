import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { components } from '../../client/index.js';
import { grouped } from '../parts/words.js';
import { theme } from '../state/theme.js';
import { useWidth } from './use-width.js';

type ObservationRates = components['schemas']['ObservationRates'];

/** Lines differ in colour (eight) and dashes (three). */
const DASHES: readonly (readonly number[])[] = [[], [8, 4], [2, 3]];
const COLOURS = 8;
const HEIGHT = 380;
const UNIT = { hour: 'observations per hour', day: 'observations per day' } as const;

/** Observations over time, a line per detector. Drag to zoom; a double click or the button resets the zoom. */
export function RateChart({ rates }: { rates: ObservationRates }) {
  const [width, container, zoom] = useWidth();
  const target = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [cursor, setCursor] = useState<number | undefined>(undefined);
  const shownTheme = theme.value;
  const times = rates.times.map((time) => Date.parse(time) / 1000);
  const names = rates.detectors.map(({ detector_name }) => detector_name);

  // The colours come from the page, so the chart is made again for another theme.
  useEffect(() => {
    if (target.current === null || width === 0) return undefined;
    const made = new uPlot(optionsFor(rates, width, zoom, setCursor), dataOf(rates, times), target.current);
    for (const [i, name] of names.entries()) made.setSeries(i + 1, { show: !hidden.has(name) });
    plot.current = made;
    return () => made.destroy();
  }, [rates, width, shownTheme]);

  const toggle = (name: string, i: number) => {
    const next = new Set(hidden);
    if (!next.delete(name)) next.add(name);
    setHidden(next);
    plot.current?.setSeries(i + 1, { show: !next.has(name) });
  };
  const hideOnly = (those: readonly string[]) => {
    setHidden(new Set(those));
    for (const [i, name] of names.entries()) plot.current?.setSeries(i + 1, { show: !those.includes(name) });
  };
  const focus = (place: number | undefined) =>
    place === undefined
      ? plot.current?.setSeries(null, { focus: true })
      : plot.current?.setSeries(place + 1, { focus: true });
  const showAll = () => {
    const [first, last] = [times[0], times.at(-1)];
    if (first !== undefined && last !== undefined) plot.current?.setScale('x', { min: first, max: last });
  };
  if (names.length === 0) return <p class="quiet-note">There are no observations in this period.</p>;
  const at = cursor === undefined ? undefined : rates.times[cursor];
  return (
    <div class="rates" ref={container}>
      <div class="panel-head">
        <p class="counts">
          {UNIT[rates.by]}, times in UTC.{' '}
          {at === undefined ? 'Drag over a period to zoom in.' : `${at.slice(0, 16).replace('T', ' ')} UTC`}
        </p>
        <div class="buttons">
          <button type="button" onClick={() => hideOnly(hidden.size === 0 ? names : [])}>
            {hidden.size === 0 ? 'Hide all' : 'Show all'}
          </button>
          <button type="button" onClick={showAll}>
            Reset zoom
          </button>
        </div>
      </div>
      <div
        ref={target}
        role="img"
        aria-label={`${UNIT[rates.by]} of ${names.length} detectors; the legend has the numbers`}
      />
      <Legend rates={rates} hidden={hidden} cursor={cursor} onToggle={toggle} onFocus={focus} />
    </div>
  );
}

interface LegendProps {
  readonly rates: ObservationRates;
  readonly hidden: ReadonlySet<string>;
  /** The index of the time under the cursor. */
  readonly cursor: number | undefined;
  onToggle(name: string, place: number): void;
  /** Highlights a line, or none. */
  onFocus(place: number | undefined): void;
}

function Legend({ rates, hidden, cursor, onToggle, onFocus }: LegendProps) {
  return (
    <ul class="rates-legend" aria-label="Detectors (press to hide or show)">
      {rates.detectors.map(({ detector_name: name, observations }, i) => (
        <li key={name}>
          <button
            type="button"
            aria-pressed={!hidden.has(name)}
            onClick={() => onToggle(name, i)}
            onMouseEnter={() => onFocus(i)}
            onMouseLeave={() => onFocus(undefined)}
            onFocus={() => onFocus(i)}
            onBlur={() => onFocus(undefined)}
          >
            <svg viewBox="0 0 34 10" aria-hidden="true">
              <line
                x1={0}
                x2={34}
                y1={5}
                y2={5}
                stroke={`var(--series-${i % COLOURS})`}
                stroke-dasharray={dashOf(i).join(' ')}
              />
            </svg>
            <bdi>{name}</bdi>
            <span class="minor">
              {cursor === undefined
                ? `${grouped(observations.reduce((a, b) => a + b, 0))} total`
                : grouped(observations[cursor] ?? 0)}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function dashOf(i: number): readonly number[] {
  return DASHES[Math.floor(i / COLOURS) % DASHES.length] ?? [];
}

function dataOf(rates: ObservationRates, times: number[]): uPlot.AlignedData {
  return [times, ...rates.detectors.map(({ observations }) => [...observations])];
}

function optionsFor(
  rates: ObservationRates,
  width: number,
  zoom: number,
  onCursor: (index: number | undefined) => void,
): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: colour('--muted'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { stroke: colour('--line'), width: 1 },
    font: `${Math.round(12 * zoom)}px ${style.fontFamily}`,
  };
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  return {
    width: Math.floor(width * zoom),
    height: HEIGHT * zoom,
    // The last date of the axis may be at its end.
    padding: [null, 40 * zoom, null, null],
    focus: { alpha: 0.15 },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    legend: { show: false },
    cursor: { drag: { x: true, y: false } },
    scales: { y: { range: (_plot, _low, high) => [0, Math.max(1, high * 1.08)] } },
    axes: [
      { ...axis, values: TIMES, space: 80 * zoom, label: 'UTC', labelFont: axis.font, labelSize: 18 },
      {
        ...axis,
        label: UNIT[rates.by],
        labelFont: axis.font,
        labelSize: 18,
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000],
      },
    ],
    series: [
      {},
      ...rates.detectors.map(({ detector_name: label }, i) => ({
        label,
        stroke: colour(`--series-${i % COLOURS}`),
        width: 2,
        dash: [...dashOf(i)],
        points: { show: false },
        ...(stepped === undefined ? {} : { paths: stepped }),
      })),
    ],
    hooks: { setCursor: [({ cursor: { idx } }) => onCursor(idx ?? undefined)] },
  };
}

/** Dates as on the rest of the page, and hours from 0 to 24. */
const TIMES: uPlot.Axis.Values = [
  [86_400, '{YYYY}-{MM}-{DD}', null, null, null, null, null, null, 1],
  [3_600, '{HH}:{mm}', '\n{YYYY}-{MM}-{DD}', null, '\n{MM}-{DD}', null, null, null, 1],
  [60, '{HH}:{mm}', '\n{YYYY}-{MM}-{DD}', null, '\n{MM}-{DD}', null, null, null, 1],
  [1, '{HH}:{mm}:{ss}', '\n{YYYY}-{MM}-{DD}', null, '\n{MM}-{DD}', null, null, null, 1],
];
