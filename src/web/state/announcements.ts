import { signal } from '@preact/signals';
import type { Alert } from '../../client/index.js';
import { spanText, typeText } from '../parts/words.js';

/** Texts for screen readers: live alerts interrupt, other alerts do not. */
export const assertive = signal('');
export const polite = signal('');

const TOGETHER_MILLISECONDS = 150;
const waiting = { live: [] as Alert[], other: [] as Alert[] };
let isWaiting = false;

/** Alerts that arrive together are announced in one sentence. */
export function announce(alert: Alert): void {
  waiting[alert.cache === 'live' ? 'live' : 'other'].push(alert);
  if (isWaiting) return;
  isWaiting = true;
  setTimeout(() => {
    isWaiting = false;
    const live = sentence(waiting.live.splice(0));
    const other = sentence(waiting.other.splice(0));
    if (live !== undefined) assertive.value = live;
    if (other !== undefined) polite.value = other;
  }, TOGETHER_MILLISECONDS);
}

const CACHE_TEXT = { live: 'Live alert', firedrill: 'Fire drill alert', test: 'Test alert' } as const;

function sentence(alerts: readonly Alert[]): string | undefined {
  const last = alerts.at(-1);
  if (last === undefined) return undefined;
  const { cache, sequence, detector_names, neutrino_times, event_id } = last;
  const more = alerts.length > 1 ? `${alerts.length} alerts, the last one: ` : '';
  return `${CACHE_TEXT[cache]} ${sequence}: ${more}${typeText(last.alert_type)}, ${detector_names.join(', ')} within ${spanText(neutrino_times)}, event ${event_id}.`;
}
