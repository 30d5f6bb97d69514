import { useEffect, useState } from 'preact/hooks';
import { AlertTable } from '../parts/alert-table.js';
import { ForReaders, Loading } from '../parts/note.js';
import { counted } from '../parts/words.js';
import { feedOf, loadOlder, markSeen, refreshDeliveries } from '../state/alerts.js';
import { linkTo, route } from '../state/route.js';
import { mayRead } from '../state/server.js';
import { status } from '../state/status.js';
import { ResetNotice } from './reset-notice.js';
import { Roll } from './roll.js';
import { Verdict } from './verdict.js';

/** Is it real, who saw it, is everything alive? */
export function Now() {
  return (
    <>
      <Verdict />
      <LastReset />
      <div class="now">
        <Alerts />
        <section class="panel" aria-labelledby="roll-heading">
          <h2 id="roll-heading">
            <a href={linkTo('detectors')}>Detectors</a>
          </h2>
          <ForReaders>
            <Roll />
          </ForReaders>
        </section>
      </div>
    </>
  );
}

/** Whoever looks at a cache is told that it was emptied. */
function LastReset() {
  const reset = status.value?.last_reset;
  return reset ? <ResetNotice key={reset.id} reset={reset} /> : null;
}

/** So many of the newest alerts are fetched anew. */
const REFRESHED = 100;

/** Alerts come by the stream without their deliveries: these are fetched as long as any is under way. */
function useDeliveries(): void {
  const { cache } = route.value;
  const { alerts, isLoaded } = feedOf(cache);
  const isUnderWay = alerts.value
    .slice(0, REFRESHED)
    .some(({ deliveries }) => deliveries === undefined || deliveries.some(isOpen));
  // The status is asked for every few seconds: this goes with it.
  const turn = status.value;
  useEffect(() => {
    if (mayRead.peek() && isLoaded.peek() && isUnderWay && turn !== undefined)
      refreshDeliveries(cache).catch(() => undefined);
  }, [cache, isUnderWay, turn]);
}

function isOpen({ state }: { readonly state: string }): boolean {
  return state === 'waiting' || state === 'sending';
}

/** So many alerts are on the screen at first, and more at a time. */
const PORTION = 50;

function Alerts() {
  const { cache } = route.value;
  const { alerts, unseen, isLoaded } = feedOf(cache);
  const [hasOlder, setOlder] = useState(true);
  const [count, setCount] = useState(PORTION);
  useDeliveries();
  const showOlder = async () => {
    setCount(count + PORTION);
    if (alerts.value.length < count + PORTION) setOlder(await loadOlder(cache).catch(() => true));
  };
  const isFetched = isLoaded.value || alerts.value.length > 0;
  return (
    <section class="panel" aria-labelledby="alerts-heading">
      <div class="panel-head">
        <h2 id="alerts-heading">Alerts</h2>
        {unseen.value.size > 0 && (
          <button type="button" onClick={() => markSeen(cache)}>
            Mark {counted(unseen.value.size, 'new alert')} as seen
          </button>
        )}
      </div>
      {isFetched ? (
        <AlertTable
          alerts={alerts.value.slice(0, count)}
          unseen={unseen.value}
          empty="No alert has been sent in this stream."
        />
      ) : cache === 'live' ? (
        <Loading />
      ) : (
        <ForReaders>
          <Loading />
        </ForReaders>
      )}
      {alerts.value.length >= count && hasOlder && (
        <button type="button" onClick={showOlder}>
          Older alerts
        </button>
      )}
    </section>
  );
}
