import { useEffect } from 'preact/hooks';
import { Timeline } from '../charts/timeline.js';
import { AlertHistory } from '../parts/alert-history.js';
import { Fact, Facts } from '../parts/facts.js';
import { FalseAlarmText } from '../parts/false-alarm.js';
import { ErrorNote, ForReaders, Loading } from '../parts/note.js';
import { ObservationTable } from '../parts/observation-table.js';
import { Utc } from '../parts/utc.js';
import { counted, secondsText, spanText } from '../parts/words.js';
import { markSeen } from '../state/alerts.js';
import { boundsOf, type EventDetail, observationsOf, type ShownObservation } from '../state/event-observations.js';
import { firstItems } from '../state/first-items.js';
import { useResource } from '../state/resource.js';
import { linkTo, route } from '../state/route.js';
import { answered, mayRead, server } from '../state/server.js';
import { change, status } from '../state/status.js';
import { EventState } from './events.js';

const USUAL_WINDOW_SECONDS = 10;

/** One event: its observations and its alerts. */
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
        {error === undefined ? <Loading /> : <ErrorNote error={error} />}
      </section>
    );
  const { event } = data;
  const windowSeconds = status.value?.window_seconds ?? USUAL_WINDOW_SECONDS;
  const observations = observationsOf(event, data.observations);
  return (
    <>
      <section class="panel">
        <div class="panel-head">
          <h1>Event {event.id}</h1>
          <EventState state={event.state} />
        </div>
        <ErrorNote error={error} has />
        <EventFacts event={event} />
      </section>
      <section class="panel" aria-labelledby="timeline-heading">
        <h2 id="timeline-heading">Neutrino times</h2>
        <p class="lead">
          A band is the window of {secondsText(windowSeconds)} of a sub-group, a mark is an observation. Point at a
          mark, or select it with Tab, to see its exact time.
        </p>
        <Timeline observations={observations} subGroups={event.sub_groups} windowSeconds={windowSeconds} />
      </section>
      <ObservationTable eventId={event.id} observations={observations} subGroups={event.sub_groups} />
      <AlertHistory alerts={event.alerts} subGroups={event.sub_groups} />
    </>
  );

  async function load(signal: AbortSignal): Promise<Loaded> {
    const event = await answered(server.peek().GET('/v1/events/{id}', { params: { path: { id } }, signal }));
    const bounds = boundsOf(event);
    if (bounds === undefined) return { event, observations: [] };
    // A retracted observation is in no sub-group any more, but still part of the event.
    const query = { cache: event.cache, ...bounds, order: 'desc' } as const;
    const { items } = await firstItems(1_000, (page) =>
      server.peek().GET('/v1/observations', { params: { query: { ...query, ...page } }, signal }),
    );
    return { event, observations: items };
  }
}

function EventFacts({ event }: { event: EventDetail }) {
  const rows = event.best_table?.rows ?? [];
  return (
    <Facts>
      <Fact name="Coincidence">
        {counted(rows.length, 'detector')} within {spanText(rows.map(({ neutrino_time_utc }) => neutrino_time_utc))}
      </Fact>
      <Fact name="False alarms">
        <FalseAlarmText falseAlarm={event.best_table?.false_alarm ?? null} isBare />
      </Fact>
      <Fact name="Kind">{event.pre_sn ? 'pre-supernova' : 'supernova'}</Fact>
      <Fact name="Created">
        <Utc value={event.created_at} ago />
      </Fact>
      <Fact name="Last change">
        <Utc value={event.updated_at} ago />
      </Fact>
      {event.related_events.length > 0 && (
        <Fact name="Shares observations with">
          {event.related_events.map((other) => (
            <a key={other} class="listed" href={linkTo('events', other)}>
              {other}
            </a>
          ))}
        </Fact>
      )}
    </Facts>
  );
}
