import type { components } from '../../client/index.js';
import { FalseAlarmText } from '../parts/false-alarm.js';
import { DetectorNames } from '../parts/marks.js';
import { Utc } from '../parts/utc.js';
import { cacheText, counted, spanText } from '../parts/words.js';
import { feedOf } from '../state/alerts.js';
import { now } from '../state/clock.js';
import { useResource } from '../state/resource.js';
import { linkTo, route } from '../state/route.js';
import { answered, mayRead, server } from '../state/server.js';
import { change } from '../state/status.js';

type Event = components['schemas']['Event'];

/** The number of open events that are shown. */
const SHOWN = 5;
const RECENT = 50;
/** Observations expire after a day, and coincidences with them. */
const DAY_MILLISECONDS = 86_400_000;

/** The open events, or that there are none. */
export function Summary() {
  const { cache } = route.value;
  const { data, error } = useResource(loadOpenEvents, [`${cache} ${mayRead.value}`, change.value]);
  const connection = feedOf(cache).connection.value;
  if (connection.state === 'reconnecting')
    return (
      <section class="summary summary-unknown" aria-label="State">
        <h1>Not connected</h1>
        <p>
          The server has not answered since{' '}
          <Utc value={new Date(connection.since).toISOString().replace('Z', '000000Z')} ago />. The data below may be
          out of date. Reconnecting automatically.
        </p>
      </section>
    );
  if (!mayRead.value) return <SummaryOfAlerts />;
  if (data === undefined)
    return (
      <section class="summary summary-unknown" aria-label="State">
        <h1>{error === undefined ? 'Connecting to the server…' : 'The server does not answer'}</h1>
      </section>
    );
  const [first, ...others] = data;
  if (first === undefined) return <Quiet />;
  return (
    <section class={`summary summary-open summary-${cache}`} aria-label="State">
      <OpenEvent event={first} />
      {others.length > 0 && (
        <ul class="summary-others">
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
  const coincidence = event.best_table;
  const rows = coincidence?.rows ?? [];
  const names = rows.map(({ detector_name }) => detector_name);
  return (
    <>
      <p class="summary-kind">
        {cacheText(cache)}: coincidence
        {event.pre_sn && ', pre-supernova'}
      </p>
      <h1>
        {counted(rows.length, 'detector')} within {spanText(rows.map(({ neutrino_time_utc }) => neutrino_time_utc))}
      </h1>
      <p class="summary-chance">
        <FalseAlarmText falseAlarm={coincidence?.false_alarm ?? null} />
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
    <section class="summary summary-quiet" aria-label="State">
      <h1>{last === undefined ? 'Quiet: no alert yet' : 'Quiet'}</h1>
      <p>
        There is no open coincidence in {cacheText(cache)}.{' '}
        {last !== undefined && (
          <>
            Last alert <Utc value={last.sent_time_utc} ago />.
          </>
        )}
      </p>
    </section>
  );
}

/** Without a key only live alerts can be read. */
function SummaryOfAlerts() {
  const { cache } = route.value;
  const { alerts, isLoaded } = feedOf(cache);
  if (cache !== 'live' || !isLoaded.value)
    return (
      <section class="summary summary-unknown" aria-label="State">
        <h1>{cache === 'live' ? 'Connecting to the server…' : 'Requires a key'}</h1>
      </section>
    );
  const last = alerts.value[0];
  if (last === undefined || now.value - Date.parse(last.sent_time_utc) > DAY_MILLISECONDS) return <Quiet />;
  const isRetracted = last.detector_names.length < 2;
  return (
    <section class={`summary ${isRetracted ? 'summary-quiet' : 'summary-open summary-live'}`} aria-label="State">
      <p class="summary-kind">Last live alert</p>
      <h1>
        {isRetracted
          ? 'Retracted'
          : `${counted(last.detector_names.length, 'detector')} within ${spanText(last.neutrino_times)}`}
      </h1>
      <p class="summary-chance">
        <FalseAlarmText falseAlarm={last.false_alarm} />
      </p>
      <DetectorNames names={last.detector_names} />
      <p>
        Event {last.event_id}, alert sent <Utc value={last.sent_time_utc} ago />. Enter a key to see whether it is still
        open.
      </p>
    </section>
  );
}
