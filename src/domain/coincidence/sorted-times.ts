/** The first index of a time ≥ `time`; the length if there is none. @param times ascending */
export function firstNotBefore(times: readonly number[], time: number): number {
  return lowerBound(times.length, (i) => (times[i] as number) >= time);
}

/** The first index of a time > `time`; the length if there is none. @param times ascending */
export function firstAfter(times: readonly number[], time: number): number {
  return lowerBound(times.length, (i) => (times[i] as number) > time);
}

/** The first index that satisfies a condition which, once true, stays true; `length` if none does. */
export function lowerBound(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
