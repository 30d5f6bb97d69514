import { useEffect, useState } from 'preact/hooks';
import { AlertTable } from '../parts/alert-table.js';
import { ForReaders, Loading } from '../parts/note.js';
import { counted } from '../parts/words.js';
import { feedOf, loadOlder, markSeen, refreshDeliveries } from '../state/alerts.js';
import { linkTo, route } from '../state/route.js';
import { mayRead } from '../state/server.js';
import { status } from '../state/status.js';
import { ResetNotice } from './reset-notice.js';
import { StatusList } from './status-list.js';
import { Summary } from './summary.js';

/** The current state: open coincidences, alerts and detectors. */
export function Now() {
  return (
    <>
      <Summary />
      <LastReset />
      <div class="now">
        <Alerts />
        <section class="panel" aria-labelledby="detectors-heading">
          <h2 id="detectors-heading">
            <a href={linkTo('detectors')}>Detectors</a>
          </h2>
          <ForReaders>
            <StatusList />
          </ForReaders>
        </section>
      </div>
    </>
  );
}

/** A recent reset of the cache on the screen. */
function LastReset() {
  const reset = status.value?.last_reset;
  return reset ? <ResetNotice key={reset.id} reset={reset} /> : null;
}

/** The number of the newest alerts whose deliveries are refreshed. */
const REFRESHED = 100;

/** The stream has alerts without deliveries. They are fetched as long as a delivery is pending. */
function useDeliveries(): void {
  const { cache } = route.value;
  const { alerts, isLoaded } = feedOf(cache);
  const isPending = alerts.value
    .slice(0, REFRESHED)
    .some(({ deliveries }) => deliveries === undefined || deliveries.some(isUnfinished));
  // The status is fetched every few seconds, and the deliveries with it.
  const turn = status.value;
  useEffect(() => {
    if (mayRead.peek() && isLoaded.peek() && isPending && turn !== undefined)
      refreshDeliveries(cache).catch(() => undefined);
  }, [cache, isPending, turn]);
}

function isUnfinished({ state }: { readonly state: string }): boolean {
  return state === 'waiting' || state === 'sending';
}

/** The number of alerts that are shown first, and added at a time. */
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
          empty="There are no alerts in this cache."
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
