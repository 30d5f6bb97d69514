import { LineChart, ScatterChart } from 'echarts/charts';
import {
  GraphicComponent,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  TitleComponent,
} from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { HEARTBEAT_STATUSES, type UsualInterval } from '../domain/heartbeats/health.js';
import type { HeartbeatSeries, SeriesPoint } from '../reads/heartbeat-series.js';

use([
  GraphicComponent,
  GridComponent,
  LegendComponent,
  LineChart,
  MarkAreaComponent,
  ScatterChart,
  SVGRenderer,
  TitleComponent,
]);

/** In pixels of the SVG. */
export const PICTURE_WIDTH = 1_000;
export const PICTURE_HEIGHT = 660;

/** The font that comes with the server; a browser without it uses one of the same widths. */
export const FONT_FAMILY = 'DejaVu Sans';
const FONTS = `'${FONT_FAMILY}', Verdana, sans-serif`;

/** Colours of P. Tol (SRON/EPS/TN/09-002, "vibrant"), which the colour-blind can tell apart; shapes differ too. */
export const GREEN = '#009988';
export const RED = '#cc3311';
const BLUE = '#0077bb';
const INK = '#1f2933';
const FAINT = '#52606d';
const LINES = '#e4e7eb';
const WIDE_BAND = '#deebf7';
const NARROW_BAND = '#b3d1ea';

const DASH = 'path://M0,4 L8,4 L8,6 L0,6 Z M12,4 L20,4 L20,6 L12,6 Z';
const CROSS = 'path://M0,1.6 L1.6,0 L5,3.4 L8.4,0 L10,1.6 L6.6,5 L10,8.4 L8.4,10 L5,6.6 L1.6,10 L0,8.4 L3.4,5 Z';
/** On a linear axis one gap of hours would hide the differences of all other intervals. */
const LINEAR_UP_TO = 10;
/** More heartbeats than this are drawn smaller and fainter, so that they can be told apart. */
const DENSE = 400;
const HOUR_MILLISECONDS = 3_600_000;

/** The picture of a detector's heartbeats as SVG: intervals above, latencies below, over time in UTC. */
export function drawHeartbeats(series: HeartbeatSeries): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: PICTURE_WIDTH, height: PICTURE_HEIGHT });
  try {
    chart.setOption(series.points.length === 0 ? emptyPicture(series) : picture(series));
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}

function frame(series: HeartbeatSeries, subtext: string): EChartsCoreOption {
  return {
    animation: false,
    useUTC: true,
    backgroundColor: '#ffffff',
    textStyle: { fontFamily: FONTS, color: INK },
    title: {
      left: 24,
      top: 16,
      itemGap: 8,
      text: `Heartbeats of ${shown(series.detector)}`,
      textStyle: { fontSize: 20, color: INK, fontFamily: FONTS },
      subtext: `${minute(series.from)} to ${minute(series.to)} UTC\n${subtext}`,
      subtextStyle: { fontSize: 13, lineHeight: 19, color: FAINT, fontFamily: FONTS },
    },
  };
}

function emptyPicture(series: HeartbeatSeries): EChartsCoreOption {
  const style = { text: 'no heartbeats in this time', fontSize: 24, fontFamily: FONTS, fill: FAINT };
  return { ...frame(series, 'no heartbeats'), graphic: { type: 'text', left: 'center', top: 'middle', style } };
}

function picture(series: HeartbeatSeries): EChartsCoreOption {
  const { points, intervals, from, to } = series;
  const scale = intervalScale(series);
  return {
    ...frame(series, summary(series)),
    legend: legend(intervals !== null),
    grid: [
      { left: 84, right: 24, top: 112, height: 290 },
      { left: 84, right: 24, top: 430, height: 160 },
    ],
    xAxis: [timeAxis(0, from, to), timeAxis(1, from, to)],
    yAxis: [
      valueAxis(0, `interval (s)${scale.type === 'log' ? ', logarithmic' : ''}`, scale.type),
      valueAxis(1, 'latency (s)', 'value'),
    ],
    series: [
      ...(intervals === null ? [] : usualIntervals(intervals, from, to, scale.least)),
      ...dots(points, 0, ({ interval }) => (interval === null ? null : Math.max(interval, scale.least))),
      ...dots(points, 1, ({ latency }) => latency),
    ],
    graphic: [
      ...(points.some(({ interval }) => interval !== null) ? [] : [note('no intervals', 250)]),
      ...(points.some(({ latency }) => latency !== null) ? [] : [note('no times of sending', 500)]),
    ],
  };
}

/** The axis of the intervals. No interval is negative, and a logarithmic axis has no zero: none is drawn below `least`. */
function intervalScale({ points, intervals }: HeartbeatSeries): { type: 'value' | 'log'; least: number } {
  const longest = Math.max(0, ...points.map(({ interval }) => interval ?? 0));
  if (intervals === null || longest <= LINEAR_UP_TO * intervals.mean) return { type: 'value', least: 0 };
  return { type: 'log', least: Math.max(0.001, intervals.mean / 1_000) };
}

function legend(hasUsual: boolean) {
  const usual = [
    { name: 'mean', icon: DASH },
    { name: 'mean ± 1σ', icon: 'rect' },
    { name: 'mean ± 3σ', icon: 'rect' },
  ];
  return {
    right: 24,
    top: 84,
    itemWidth: 18,
    itemHeight: 11,
    itemGap: 18,
    textStyle: { fontSize: 12, color: INK },
    data: ['ON', { name: 'OFF', icon: CROSS }, ...(hasUsual ? usual : [])],
  };
}

/** The mean interval as a line, on bands of one and three standard deviations. */
function usualIntervals({ mean, sigma }: UsualInterval, from: number, to: number, least: number) {
  return [
    band('mean ± 3σ', WIDE_BAND, from, Math.max(mean - 3 * sigma, least), mean + 3 * sigma),
    band('mean ± 1σ', NARROW_BAND, from, Math.max(mean - sigma, least), mean + sigma),
    {
      type: 'line',
      name: 'mean',
      data: [
        [from, mean],
        [to, mean],
      ],
      symbol: 'none',
      color: BLUE,
      lineStyle: { width: 1.5, type: 'dashed' },
    },
  ];
}

function note(text: string, top: number) {
  return { type: 'text', left: 'center', top, style: { text, fontSize: 15, fontFamily: FONTS, fill: FAINT } };
}

function timeAxis(gridIndex: number, min: number, max: number) {
  const isLong = max - min > 36 * HOUR_MILLISECONDS;
  return {
    type: 'time',
    gridIndex,
    min,
    max,
    splitNumber: 8,
    name: gridIndex === 1 ? 'time of receipt (UTC)' : '',
    nameLocation: 'middle',
    nameGap: 38,
    nameTextStyle: { fontSize: 13, color: INK },
    axisLine: { lineStyle: { color: FAINT }, onZero: false },
    axisTick: { show: true },
    axisLabel: {
      show: gridIndex === 1,
      fontSize: 12,
      color: INK,
      hideOverlap: true,
      formatter: (time: number) => timeLabel(time, isLong),
    },
    splitLine: { show: true, lineStyle: { color: LINES } },
  };
}

/** `14:30`; at midnight, and over days always, with the day before it. */
function timeLabel(time: number, isLong: boolean): string {
  const text = new Date(time).toISOString();
  const clock = text.slice(11, 16);
  return isLong || clock === '00:00' ? `${text.slice(5, 10)}\n${clock}` : clock;
}

function valueAxis(gridIndex: number, name: string, type: 'value' | 'log') {
  return {
    type,
    gridIndex,
    name,
    scale: true,
    nameLocation: 'middle',
    nameGap: 58,
    nameTextStyle: { fontSize: 13, color: INK },
    axisLine: { show: true, lineStyle: { color: FAINT } },
    axisTick: { show: true },
    axisLabel: { fontSize: 12, color: INK },
    splitLine: { lineStyle: { color: LINES } },
    splitNumber: gridIndex === 0 ? 6 : 4,
  };
}

function band(name: string, color: string, from: number, low: number, high: number) {
  return {
    type: 'line',
    name,
    color,
    // The range of the axis follows from the data, not from areas.
    data: [
      [from, low],
      [from, high],
    ],
    symbol: 'none',
    lineStyle: { opacity: 0 },
    markArea: { silent: true, itemStyle: { color }, data: [[{ yAxis: low }, { yAxis: high }]] },
  };
}

/** The heartbeats in a panel, with a series for each status. */
function dots(points: readonly SeriesPoint[], panel: number, heightOf: (point: SeriesPoint) => number | null) {
  return HEARTBEAT_STATUSES.map((status) => {
    const ofStatus = points.filter((point) => point.status === status);
    const isDense = ofStatus.length > DENSE;
    return {
      type: 'scatter',
      name: status,
      xAxisIndex: panel,
      yAxisIndex: panel,
      data: ofStatus.map((point) => [point.received, heightOf(point)]).filter(([, value]) => value !== null),
      symbol: status === 'ON' ? 'circle' : CROSS,
      symbolSize: status === 'ON' ? (isDense ? 4 : 6) : 8,
      color: status === 'ON' ? GREEN : RED,
      itemStyle: { opacity: isDense ? 0.7 : 0.9 },
      z: status === 'ON' ? 3 : 4,
    };
  });
}

function summary({ total, intervals, thinnedTo }: HeartbeatSeries): string {
  const count = `${total.toLocaleString('en-US')} heartbeat${total === 1 ? '' : 's'}`;
  const usual =
    intervals === null
      ? 'too few for a mean interval'
      : `mean interval ${digits(intervals.mean)} s, σ ${digits(intervals.sigma)} s`;
  const thinned = thinnedTo === null ? '' : ` · drawn are the extremes of every ${digits(thinnedTo)} s`;
  return `${count} · ${usual}${thinned}`;
}

function digits(seconds: number): string {
  return String(Number(seconds.toPrecision(4)));
}

/** `2030-01-01 12:34` */
function minute(time: number): string {
  return new Date(time).toISOString().slice(0, 16).replace('T', ' ');
}

/** A name from outside without control characters, which XML forbids, and marks of direction, which reverse what follows. */
function shown(name: string): string {
  return name.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Cn}\p{Zl}\p{Zp}]/gu, '\ufffd');
}
