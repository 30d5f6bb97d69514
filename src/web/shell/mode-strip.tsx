import { counted } from '../parts/words.js';
import { feedOf } from '../state/alerts.js';
import { linkTo, route } from '../state/route.js';

/** What is on the screen is not the sky: says so on every page. And the sky goes on meanwhile. */
export function ModeStrip() {
  const { cache } = route.value;
  if (cache === 'live') return null;
  const live = feedOf('live').unseen.value.size;
  return (
    <aside class="mode-strips" aria-label="What this is">
      {live > 0 && (
        <a class="live-strip" href={linkTo('now', undefined, 'live')}>
          LIVE: {counted(live, 'new alert')}. Go to the live sky
        </a>
      )}
      <p class={`mode-strip mode-${cache}`}>
        <strong>{cache === 'firedrill' ? 'FIRE DRILL' : 'TEST'}</strong>
        <span>
          {cache === 'firedrill' ? 'An exercise. This is not the sky.' : 'Test messages. This is not the sky.'}
        </span>
      </p>
    </aside>
  );
}
