import { useEffect, useRef } from 'preact/hooks';
import { Administration } from '../pages/administration/administration.js';
import { DetectorPage } from '../pages/detector.js';
import { Detectors } from '../pages/detectors.js';
import { EventPage } from '../pages/event.js';
import { Events } from '../pages/events.js';
import { Now } from '../pages/now.js';
import { Rates } from '../pages/rates.js';
import { Shadow } from '../pages/shadow.js';
import { SubGroups } from '../pages/sub-groups.js';
import { assertive, polite } from '../state/announcements.js';
import { type Route, route } from '../state/route.js';
import { Header } from './header.js';
import { ModeStrip } from './mode-strip.js';

export function App() {
  const main = useRef<HTMLElement>(null);
  const shown = route.value;
  const where = `${shown.cache} ${shown.page} ${shown.id ?? ''}`;
  const before = useRef(where);

  // A link that was followed with the keyboard moves the focus to its content.
  useEffect(() => {
    if (before.current === where) return;
    before.current = where;
    main.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [where]);

  useEffect(() => {
    document.documentElement.dataset['cache'] = shown.cache;
  }, [shown.cache]);

  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to content
      </button>
      <ModeStrip />
      <Header />
      <main id="main" ref={main} tabIndex={-1} key={where}>
        <Page {...shown} />
      </main>
      <footer class="foot">All times are UTC.</footer>
      <div class="unseen-text" role="alert" aria-live="assertive">
        {assertive}
      </div>
      <div class="unseen-text" role="status" aria-live="polite">
        {polite}
      </div>
    </>
  );
}

function Page({ page, id }: Route) {
  switch (page) {
    case 'now':
      return <Now />;
    case 'events':
      return id === undefined ? <Events /> : <EventPage id={id} />;
    case 'sub-groups':
      return <SubGroups />;
    case 'detectors':
      return id === undefined ? <Detectors /> : <DetectorPage name={id} />;
    case 'rates':
      return <Rates />;
    case 'shadow':
      return <Shadow />;
    case 'administration':
      return <Administration part={id} />;
  }
}
