import { now } from '../state/clock.js';
import { agoText, dateTimeText, exactText } from './words.js';

/** A time to the second, with the full precision in its title. */
export function Utc({ value, ago = false }: { value: string; ago?: boolean }) {
  return (
    <time dateTime={value} title={`${exactText(value)} UTC`} class="utc">
      {dateTimeText(value)}
      {ago && <span class="ago"> {agoText(Date.parse(value), now.value)}</span>}
    </time>
  );
}

/** A time to the nanosecond. @param isTimeOnly if its day is shown beside it */
export function ExactUtc({ value, isTimeOnly = false }: { value: string; isTimeOnly?: boolean }) {
  const text = exactText(value);
  return (
    <time dateTime={value} title={isTimeOnly ? `${text} UTC` : undefined} class="utc exact">
      {isTimeOnly ? text.slice(text.indexOf(' ') + 1) : text}
    </time>
  );
}
