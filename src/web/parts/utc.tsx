import { now } from '../state/clock.js';
import { agoText, dateTimeText, exactText } from './words.js';

/** A time of the server, to the second; the rest stands in its title. */
export function Utc({ value, ago = false }: { value: string; ago?: boolean }) {
  return (
    <time dateTime={value} title={`${exactText(value)} UTC`} class="utc">
      {dateTimeText(value)}
      {ago && <span class="ago"> {agoText(Date.parse(value), now.value)}</span>}
    </time>
  );
}

/** A time to the nanosecond. */
export function ExactUtc({ value }: { value: string }) {
  return (
    <time dateTime={value} class="utc exact">
      {exactText(value)}
    </time>
  );
}
