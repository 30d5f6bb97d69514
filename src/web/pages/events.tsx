import { useState } from 'preact/hooks';
import type { components } from '../../client/index.js';
import { DataTable } from '../parts/data-table.js';
import { ErrorNote, ForReaders, Loading } from '../parts/note.js';
import { Utc } from '../parts/utc.js';
import { useResource } from '../state/resource.js';
import { linkTo, route } from '../state/route.js';
import { answered, mayRead, server } from '../state/server.js';
import { change } from '../state/status.js';

type EventSummary = components['schemas']['EventSummary'];

const PORTION = 100;

/** All events, the newest first. */
export function Events() {
  return (
    <section class="panel">
      <h1>Events</h1>
      <p class="lead">An event is a supernova candidate: one or more coincidences that share observations.</p>
      <ForReaders>
        <EventList />
      </ForReaders>
    </section>
  );
}

function EventList() {
  const { cache } = route.value;
  const [count, setCount] = useState(PORTION);
  const { data, error } = useResource(load, [`${cache} ${mayRead.value}`, change.value, count]);
  if (data === undefined) return error === undefined ? <Loading /> : <ErrorNote error={error} />;
  return (
    <>
      <ErrorNote error={error} has />
      <DataTable
        caption="Events, the newest first"
        columns={[
          { head: 'Event', cell: ({ id }) => <a href={linkTo('events', id)}>{id}</a> },
          { head: 'State', cell: ({ state }) => <EventState state={state} /> },
          { head: 'Kind', cell: ({ pre_sn }) => (pre_sn ? 'pre-supernova' : 'supernova') },
          { head: 'Created (UTC)', cell: ({ created_at }) => <Utc value={created_at} ago /> },
          { head: 'Last change (UTC)', cell: ({ updated_at }) => <Utc value={updated_at} ago /> },
        ]}
        rows={data.items}
        keyOf={({ id }) => id}
        empty="There are no events in this cache."
      />
      {data.next_cursor !== null && count < 1_000 && (
        <button type="button" onClick={() => setCount((before) => Math.min(before + PORTION, 1_000))}>
          Older events
        </button>
      )}
    </>
  );

  function load(signal: AbortSignal) {
    const query = { cache, order: 'desc', limit: count } as const;
    return answered(server.peek().GET('/v1/events', { params: { query }, signal }));
  }
}

export function EventState({ state }: Pick<EventSummary, 'state'>) {
  return <span class={`event-state event-${state}`}>{state}</span>;
}
