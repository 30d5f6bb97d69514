import { useEffect } from 'preact/hooks';
import { Timeline } from '../charts/timeline.js';
import { AlertHistory } from '../parts/alert-history.js';
import { FalseAlarmText } from '../parts/false-alarm.js';
import { Fault, ForReaders, Loading } from '../parts/note.js';
import { SightingTable } from '../parts/sighting-table.js';
import { Utc } from '../parts/utc.js';
import { counted, secondsText, spanText } from '../parts/words.js';
import { markSeen } from '../state/alerts.js';
import { firstItems } from '../state/first-items.js';
import { useResource } from '../state/resource.js';
import { linkTo, route } from '../state/route.js';
import { answered, mayRead, server } from '../state/server.js';
import { boundsOf, type EventDetail, type ShownObservation, sightingsOf } from '../state/sightings.js';
import { change, status } from '../state/status.js';
import { EventState } from './events.js';

const USUAL_WINDOW_SECONDS = 10;

/** One astrophysical candidate: who saw it, when, and what the world was told. */
export function EventPage({ id }: { id: string }) {
  return (
    <ForReaders>
      <EventOf id={id} />
    </ForReaders>
  );
}

interface Loaded {
  readonly event: EventDetail;
  readonly observations: readonly ShownObservation[];
}

function EventOf({ id }: { id: string }) {
  const { cache } = route.value;
  const { data, error } = useResource(load, [`${id} ${mayRead.value}`, change.value]);
  useEffect(() => {
    if (data !== undefined)
      markSeen(
        cache,
        data.event.alerts.map((alert) => alert.id),
      );
  }, [data, cache]);
  if (data === undefined)
    return (
      <section class="panel">
        <h1>Event {id}</h1>
        {error === undefined ? <Loading /> : <Fault error={error} />}
      </section>
    );
  const { event } = data;
  const rows = event.best_table?.rows ?? [];
  const windowSeconds = status.value?.window_seconds ?? USUAL_WINDOW_SECONDS;
  const sightings = sightingsOf(event, data.observations);
  return (
    <>
      <section class="panel">
        <div class="panel-head">
          <h1>Event {event.id}</h1>
          <EventState state={event.state} />
        </div>
        <Fault error={error} has />
        <dl class="facts">
          <div>
            <dt>Best table</dt>
            <dd>
              {counted(rows.length, 'detector')} within{' '}
              {spanText(rows.map(({ neutrino_time_utc }) => neutrino_time_utc))}
            </dd>
          </div>
          <div>
            <dt>By chance</dt>
            <dd>
              <FalseAlarmText falseAlarm={event.best_table?.false_alarm ?? null} isBare />
            </dd>
          </div>
          <div>
            <dt>Kind</dt>
            <dd>{event.pre_sn ? 'pre-supernova' : 'supernova'}</dd>
          </div>
          <div>
            <dt>Came to be</dt>
            <dd>
              <Utc value={event.created_at} ago />
            </dd>
          </div>
          <div>
            <dt>Last change</dt>
            <dd>
              <Utc value={event.updated_at} ago />
            </dd>
          </div>
          {event.related_events.length > 0 && (
            <div>
              <dt>Shares observations with</dt>
              <dd>
                {event.related_events.map((other) => (
                  <a key={other} class="listed" href={linkTo('events', other)}>
                    {other}
                  </a>
                ))}
              </dd>
            </div>
          )}
        </dl>
      </section>
      <section class="panel" aria-labelledby="timeline-heading">
        <h2 id="timeline-heading">Neutrino times</h2>
        <p class="lead">
          Bands are the windows of {secondsText(windowSeconds)} in which a sub-group’s observations lie. A mark’s time,
          to the nanosecond, shows when you point at it or reach it with Tab.
        </p>
        <Timeline sightings={sightings} tables={event.sub_groups} windowSeconds={windowSeconds} />
      </section>
      <SightingTable eventId={event.id} sightings={sightings} tables={event.sub_groups} />
      <AlertHistory alerts={event.alerts} tables={event.sub_groups} />
    </>
  );

  async function load(signal: AbortSignal): Promise<Loaded> {
    const event = await answered(server.peek().GET('/v1/events/{id}', { params: { path: { id } }, signal }));
    const bounds = boundsOf(event);
    if (bounds === undefined) return { event, observations: [] };
    // What was retracted stands in no table any more, but it is part of the story.
    const query = { cache: event.cache, ...bounds, order: 'desc' } as const;
    const { items } = await firstItems(1_000, (page) =>
      server.peek().GET('/v1/observations', { params: { query: { ...query, ...page } }, signal }),
    );
    return { event, observations: items };
  }
}
