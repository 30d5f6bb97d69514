import { DataTable } from '../parts/data-table.js';
import { HeartbeatPicture } from '../parts/heartbeat-picture.js';
import { Status } from '../parts/marks.js';
import { Fault, ForReaders, Loading } from '../parts/note.js';
import { ExactUtc, Utc } from '../parts/utc.js';
import { intervalText, pText, secondsText } from '../parts/words.js';
import { firstItems } from '../state/first-items.js';
import { useResource } from '../state/resource.js';
import { linkTo, route } from '../state/route.js';
import { answered, mayRead, server } from '../state/server.js';
import { Feedback } from './feedback.js';

const EVERY_MILLISECONDS = 10_000;
const OBSERVATIONS = 50;

/** One detector: how it is, and what it saw last. */
export function DetectorPage({ name }: { name: string }) {
  return (
    <ForReaders>
      <DetectorOf name={name} />
      <section class="panel" aria-labelledby="heartbeats-heading">
        <h2 id="heartbeats-heading">Heartbeats</h2>
        <HeartbeatPicture name={name} />
        <Feedback name={name} key={name} />
      </section>
      <LastObservations name={name} />
    </ForReaders>
  );
}

function DetectorOf({ name }: { name: string }) {
  const { data, error } = useResource(load, [`${name} ${mayRead.value}`], { every: EVERY_MILLISECONDS });
  return (
    <section class="panel">
      <div class="panel-head">
        <h1>
          <bdi>{name}</bdi>
        </h1>
        {data !== undefined && <Status status={data.status} />}
      </div>
      <p>
        <a href={linkTo('detectors')}>All detectors</a>
      </p>
      <Fault error={error} has={data !== undefined} />
      {data === undefined && error === undefined && <Loading />}
      {data !== undefined && (
        <dl class="facts">
          <div>
            <dt>Name in full</dt>
            <dd>
              <bdi>{data.full_name}</bdi>
            </dd>
          </div>
          <div>
            <dt>Type</dt>
            <dd>
              <bdi>{data.type}</bdi>
            </dd>
          </div>
          <div>
            <dt>Site</dt>
            <dd>
              <bdi>{data.site}</bdi> ({data.latitude}° N, {data.longitude}° E)
            </dd>
          </div>
          <div>
            <dt>Last beat</dt>
            <dd>{data.last_heartbeat === null ? 'none' : <Utc value={data.last_heartbeat.received_time_utc} ago />}</dd>
          </div>
          <div>
            <dt>Latency of it</dt>
            <dd>{data.last_heartbeat?.latency_s == null ? 'none' : secondsText(data.last_heartbeat.latency_s)}</dd>
          </div>
          <div>
            <dt>Usual interval</dt>
            <dd>{data.usual_interval === null ? 'none' : `${intervalText(data.usual_interval)} s`}</dd>
          </div>
          <div>
            <dt>Next beat due by</dt>
            <dd>{data.heartbeat_expected_by === null ? 'not known' : <Utc value={data.heartbeat_expected_by} />}</dd>
          </div>
          <div>
            <dt>Last message of any kind</dt>
            <dd>{data.last_message_at === null ? 'none' : <Utc value={data.last_message_at} ago />}</dd>
          </div>
        </dl>
      )}
    </section>
  );

  function load(signal: AbortSignal) {
    return answered(server.peek().GET('/v1/detectors/{name}', { params: { path: { name } }, signal }));
  }
}

function LastObservations({ name }: { name: string }) {
  const { cache } = route.value;
  const { data, error } = useResource(load, [`${name} ${cache} ${mayRead.value}`], { every: EVERY_MILLISECONDS });
  return (
    <section class="panel" aria-labelledby="observations-heading">
      <h2 id="observations-heading">Last observations</h2>
      <Fault error={error} has={data !== undefined} />
      {data === undefined && error === undefined && <Loading />}
      {data !== undefined && (
        <DataTable
          caption="Observations, the last received first"
          columns={[
            { head: 'Neutrino time (UTC)', cell: ({ neutrino_time_utc }) => <ExactUtc value={neutrino_time_utc} /> },
            {
              head: 'p-value',
              isNumeric: true,
              cell: ({ p_val }) => (p_val === null ? <span class="minor">none</span> : pText(p_val)),
            },
            { head: 'State', cell: ({ state }) => <span class={`state-${state}`}>{state}</span> },
            { head: 'Received (UTC)', cell: ({ received_time_utc }) => <Utc value={received_time_utc} ago /> },
            { head: 'Message', cell: ({ id }) => <bdi class="minor">{id}</bdi> },
          ]}
          rows={data.items}
          keyOf={({ uuid }) => uuid}
          classOf={({ state }) => (state === 'retracted' ? 'row-retracted' : '')}
          empty="The server keeps none of this stream."
        />
      )}
    </section>
  );

  function load(signal: AbortSignal) {
    const query = { cache, detector_name: name, order: 'desc' } as const;
    return firstItems(OBSERVATIONS, (page) =>
      server.peek().GET('/v1/observations', { params: { query: { ...query, ...page } }, signal }),
    );
  }
}
