import type { components } from '../../client/index.js';
import { FalseAlarmText } from '../parts/false-alarm.js';
import { DetectorNames } from '../parts/marks.js';
import { Utc } from '../parts/utc.js';
import { counted, spanText } from '../parts/words.js';
import { feedOf } from '../state/alerts.js';
import { now } from '../state/clock.js';
import { useResource } from '../state/resource.js';
import { linkTo, route } from '../state/route.js';
import { answered, mayRead, server } from '../state/server.js';
import { change } from '../state/status.js';

type Event = components['schemas']['Event'];

/** Events on the screen at once; there are more only in a flood of tests. */
const SHOWN = 5;
const RECENT = 50;
/** Observations count for a day: after that nothing stands, whatever there was. */
const DAY_MILLISECONDS = 86_400_000;

const TITLES = { live: 'Coincidence in the live sky', firedrill: 'Fire drill: coincidence', test: 'Test: coincidence' };

/** The first thing to read: what stands open, or how long it has been quiet. */
export function Verdict() {
  const { cache } = route.value;
  const { data, error } = useResource(loadOpenEvents, [`${cache} ${mayRead.value}`, change.value]);
  const connection = feedOf(cache).connection.value;
  if (connection.state === 'reconnecting')
    return (
      <section class="verdict verdict-unknown" aria-label="State">
        <h1>Not connected</h1>
        <p>
          The server has not answered since{' '}
          <Utc value={new Date(connection.since).toISOString().replace('Z', '000000Z')} ago />. What stands below may be
          old. Trying again by itself.
        </p>
      </section>
    );
  if (!mayRead.value) return <VerdictOfAlerts />;
  if (data === undefined)
    return (
      <section class="verdict verdict-unknown" aria-label="State">
        <h1>{error === undefined ? 'Asking the server…' : 'The server gives no answer'}</h1>
      </section>
    );
  const [first, ...others] = data;
  if (first === undefined) return <Quiet />;
  return (
    <section class={`verdict verdict-open verdict-${cache}`} aria-label="State">
      <OpenEvent event={first} />
      {others.length > 0 && (
        <ul class="verdict-others">
          {others.map(({ id, best_table }) => (
            <li key={id}>
              <a href={linkTo('events', id)}>{id}</a>, {counted(best_table?.rows.length ?? 0, 'detector')}
            </li>
          ))}
        </ul>
      )}
    </section>
  );

  async function loadOpenEvents(signal: AbortSignal): Promise<readonly Event[]> {
    if (!mayRead.peek()) return [];
    const query = { cache, order: 'desc', limit: RECENT } as const;
    const { items } = await answered(server.peek().GET('/v1/events', { params: { query }, signal }));
    const open = items.filter(({ state }) => state === 'open').slice(0, SHOWN);
    const events = await Promise.all(
      open.map(({ id }) => answered(server.peek().GET('/v1/events/{id}', { params: { path: { id } }, signal }))),
    );
    const rows = ({ best_table }: Event) => best_table?.rows.length ?? 0;
    return events.sort((a, b) => rows(b) - rows(a));
  }
}

function OpenEvent({ event }: { event: Event }) {
  const { cache } = route.value;
  const table = event.best_table;
  const rows = table?.rows ?? [];
  const names = rows.map(({ detector_name }) => detector_name);
  return (
    <>
      <p class="verdict-kind">
        {TITLES[cache]}
        {event.pre_sn && ', pre-supernova'}
      </p>
      <h1>
        {counted(rows.length, 'detector')} within {spanText(rows.map(({ neutrino_time_utc }) => neutrino_time_utc))}
      </h1>
      <p class="verdict-chance">
        <FalseAlarmText falseAlarm={table?.false_alarm ?? null} />
      </p>
      <DetectorNames names={names} />
      <p>
        <a class="action" href={linkTo('events', event.id)}>
          Event {event.id}
        </a>{' '}
        {rows[0] !== undefined && (
          <>
            first neutrino <Utc value={rows[0].neutrino_time_utc} ago />
          </>
        )}
      </p>
    </>
  );
}

function Quiet() {
  const { cache } = route.value;
  const last = feedOf(cache).alerts.value[0];
  return (
    <section class="verdict verdict-quiet" aria-label="State">
      <h1>{last === undefined ? 'Quiet: no alert yet' : 'Quiet'}</h1>
      <p>
        No coincidence stands open{cache === 'live' ? ' in the live sky' : ''}.{' '}
        {last !== undefined && (
          <>
            Last alert <Utc value={last.sent_time_utc} ago />.
          </>
        )}
      </p>
    </section>
  );
}

/** Without a key the alerts are all there is to go by, and only those of the live sky. */
function VerdictOfAlerts() {
  const { cache } = route.value;
  const { alerts, isLoaded } = feedOf(cache);
  if (cache !== 'live' || !isLoaded.value)
    return (
      <section class="verdict verdict-unknown" aria-label="State">
        <h1>{cache === 'live' ? 'Asking the server…' : 'Only with a key'}</h1>
      </section>
    );
  const last = alerts.value[0];
  if (last === undefined || now.value - Date.parse(last.sent_time_utc) > DAY_MILLISECONDS) return <Quiet />;
  const isWithdrawn = last.detector_names.length < 2;
  return (
    <section class={`verdict ${isWithdrawn ? 'verdict-quiet' : 'verdict-open verdict-live'}`} aria-label="State">
      <p class="verdict-kind">Last alert of the live sky</p>
      <h1>
        {isWithdrawn
          ? 'Retracted'
          : `${counted(last.detector_names.length, 'detector')} within ${spanText(last.neutrino_times)}`}
      </h1>
      <p class="verdict-chance">
        <FalseAlarmText falseAlarm={last.false_alarm} />
      </p>
      <DetectorNames names={last.detector_names} />
      <p>
        Event {last.event_id}, alert sent <Utc value={last.sent_time_utc} ago />. Enter a key to see whether it still
        stands.
      </p>
    </section>
  );
}
