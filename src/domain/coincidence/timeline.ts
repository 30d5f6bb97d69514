import type { Duration, Instant } from '../time.js';
import type { Observation, SubGroup } from './engine.js';
import { firstAfter, firstNotBefore } from './sorted-times.js';
import { VersionedMap } from './versioned-map.js';

/** Narrower buckets would be no faster, and their indexes would grow too large. In nanoseconds. */
const NARROWEST_BUCKET = 1_000_000_000n;

/** Values of a stretch of time in order, and a parallel list of their times. */
export interface Span<V> {
  readonly values: readonly V[];
  /** Nanoseconds since an instant that the reader chose; a neighbourhood is short enough for numbers. */
  readonly times: readonly number[];
}

/** Values whose times lie in [index · width, (index + 1) · width); their times count from there. */
type Bucket<V> = Span<V>;

const EMPTY_BUCKET: Bucket<never> = { values: [], times: [] };

/** A copy of a bucket that is being edited. */
interface Edited<V> {
  readonly values: V[];
  readonly times: number[];
}

/**
 * Values sorted by the neutrino time, then reception, of the observation that gives each its place. Versions share
 * their equal buckets, so the successor of a state of a million observations costs only the few buckets that differ.
 */
export class Timeline<V> {
  private constructor(
    private readonly buckets: VersionedMap<Bucket<V>>,
    /** Of a bucket: about a window, so that a neighbourhood is a handful of them. */
    private readonly width: Duration,
    private readonly placeOf: (value: V) => Observation,
  ) {}

  static of<V>(values: readonly V[], window: Duration, placeOf: (value: V) => Observation): Timeline<V> {
    const width = (window > NARROWEST_BUCKET ? window : NARROWEST_BUCKET) as Duration;
    return new Timeline<V>(VersionedMap.empty(), width, placeOf).with([], values);
  }

  /** A timeline without the values at `removed` and with `set`, which replace values at the same place. */
  with(removed: readonly Observation[], set: readonly V[]): Timeline<V> {
    const [only] = set;
    if (only !== undefined && set.length === 1 && removed.length === 0) return this.withOne(only);
    const edited = new Map<number, Edited<V>>();
    for (const place of removed) {
      const [index, time] = this.split(place.time);
      const { values, times } = this.edit(edited, index);
      const at = this.position(values, times, time, place.order);
      if (!this.isAt(values, at, place.order)) continue;
      values.splice(at, 1);
      times.splice(at, 1);
    }
    for (const value of set) {
      const place = this.placeOf(value);
      const [index, time] = this.split(place.time);
      const { values, times } = this.edit(edited, index);
      const at = this.position(values, times, time, place.order);
      if (this.isAt(values, at, place.order)) {
        values[at] = value;
      } else {
        values.splice(at, 0, value);
        times.splice(at, 0, time);
      }
    }
    const changes: [number, Bucket<V> | undefined][] = [];
    for (const [index, bucket] of edited) changes.push([index, bucket.values.length > 0 ? bucket : undefined]);
    return new Timeline(this.buckets.with(changes), this.width, this.placeOf);
  }

  /** What most commands need: it copies one bucket. */
  private withOne(value: V): Timeline<V> {
    const place = this.placeOf(value);
    const [index, time] = this.split(place.time);
    const { values, times }: Bucket<V> = this.buckets.get(index) ?? EMPTY_BUCKET;
    const at = this.position(values, times, time, place.order);
    const bucket = this.isAt(values, at, place.order)
      ? { values: values.with(at, value), times }
      : { values: values.toSpliced(at, 0, value), times: times.toSpliced(at, 0, time) };
    return new Timeline(this.buckets.with([[index, bucket]]), this.width, this.placeOf);
  }

  /** All values with `from` ≤ time ≤ `to`, in order; these, and the times found, count from `origin`. */
  between(origin: Instant, from: number, to: number): Span<V> {
    const values: V[] = [];
    const times: number[] = [];
    const [index, offset] = this.split(origin);
    const width = Number(this.width);
    const last = Math.floor((offset + to) / width);
    for (let step = Math.floor((offset + from) / width); step <= last; step++) {
      const bucket = this.buckets.get(index + step);
      if (bucket === undefined) continue;
      const begins = step * width - offset;
      for (let i = 0; i < bucket.values.length; i++) {
        const time = begins + (bucket.times[i] as number);
        if (time < from || time > to) continue;
        values.push(bucket.values[i] as V);
        times.push(time);
      }
    }
    return { values, times };
  }

  /** How many values `between` would return, without visiting each. */
  count(origin: Instant, from: number, to: number): number {
    const [index, offset] = this.split(origin);
    const width = Number(this.width);
    const last = Math.floor((offset + to) / width);
    let found = 0;
    for (let step = Math.floor((offset + from) / width); step <= last; step++) {
      const { times }: Bucket<V> = this.buckets.get(index + step) ?? EMPTY_BUCKET;
      const begins = step * width - offset;
      found += Math.max(0, firstAfter(times, to - begins) - firstNotBefore(times, from - begins));
    }
    return found;
  }

  values(): V[] {
    const buckets = this.buckets.entries().sort(([a], [b]) => a - b);
    return buckets.flatMap(([, { values }]) => values);
  }

  /** The bucket of a time, and the nanoseconds since the bucket begins. */
  private split(time: Instant): [index: number, offset: number] {
    return [Number(time / this.width), Number(time % this.width)];
  }

  private edit(edited: Map<number, Edited<V>>, index: number): Edited<V> {
    const known = edited.get(index);
    if (known !== undefined) return known;
    const bucket = this.buckets.get(index);
    const copy =
      bucket === undefined ? { values: [], times: [] } : { values: bucket.values.slice(), times: bucket.times.slice() };
    edited.set(index, copy);
    return copy;
  }

  /** The index of a place in a bucket, or where it would be inserted. */
  private position(values: readonly V[], times: readonly number[], time: number, order: number): number {
    let low = 0;
    let high = values.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = times[middle] as number;
      if (other < time || (other === time && this.placeOf(values[middle] as V).order < order)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private isAt(values: readonly V[], index: number, order: number): boolean {
    return index < values.length && this.placeOf(values[index] as V).order === order;
  }
}

export type Observations = Timeline<Observation>;
export type SubGroups = Timeline<SubGroup>;
