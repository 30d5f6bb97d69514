import { counted } from '../parts/words.js';
import { feedOf } from '../state/alerts.js';
import { linkTo, route } from '../state/route.js';

/** Says on every page that the screen does not show Live, and announces live alerts. */
export function ModeStrip() {
  const { cache } = route.value;
  if (cache === 'live') return null;
  const live = feedOf('live').unseen.value.size;
  return (
    <aside class="mode-strips" aria-label="Cache on the screen">
      {live > 0 && (
        <a class="live-strip" href={linkTo('now', undefined, 'live')}>
          LIVE: {counted(live, 'new alert')}. Go to Live
        </a>
      )}
      <p class={`mode-strip mode-${cache}`}>
        <strong>{cache === 'firedrill' ? 'FIRE DRILL' : 'TEST'}</strong>
        <span>
          {cache === 'firedrill' ? 'An exercise with simulated observations.' : 'Test messages, not real observations.'}
        </span>
      </p>
    </aside>
  );
}
