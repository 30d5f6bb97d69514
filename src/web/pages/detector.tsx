import { DataTable } from '../parts/data-table.js';
import { Fact, Facts } from '../parts/facts.js';
import { HeartbeatPicture } from '../parts/heartbeat-picture.js';
import { Status } from '../parts/marks.js';
import { ErrorNote, ForReaders, Loading } from '../parts/note.js';
import { ExactUtc, Utc } from '../parts/utc.js';
import { intervalText, pText, secondsText } from '../parts/words.js';
import type { Detector } from '../state/detectors.js';
import { firstItems } from '../state/first-items.js';
import { useResource } from '../state/resource.js';
import { linkTo, route } from '../state/route.js';
import { answered, mayRead, server } from '../state/server.js';
import { Feedback } from './feedback.js';

const EVERY_MILLISECONDS = 10_000;
const OBSERVATIONS = 50;

/** One detector: its status, heartbeats and last observations. */
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
      <ErrorNote error={error} has={data !== undefined} />
      {data === undefined && error === undefined && <Loading />}
      {data !== undefined && <DetectorFacts detector={data} />}
    </section>
  );

  function load(signal: AbortSignal) {
    return answered(server.peek().GET('/v1/detectors/{name}', { params: { path: { name } }, signal }));
  }
}

function DetectorFacts({ detector }: { detector: Detector }) {
  return (
    <Facts>
      <Fact name="Full name">
        <bdi>{detector.full_name}</bdi>
      </Fact>
      <Fact name="Type">
        <bdi>{detector.type}</bdi>
      </Fact>
      <Fact name="Site">
        <bdi>{detector.site}</bdi> ({detector.latitude}° N, {detector.longitude}° E)
      </Fact>
      <Fact name="Last heartbeat">
        {detector.last_heartbeat === null ? 'none' : <Utc value={detector.last_heartbeat.received_time_utc} ago />}
      </Fact>
      <Fact name="Its latency">
        {detector.last_heartbeat?.latency_s == null ? 'none' : secondsText(detector.last_heartbeat.latency_s)}
      </Fact>
      <Fact name="Usual interval">
        {detector.usual_interval === null ? 'none' : `${intervalText(detector.usual_interval)} s`}
      </Fact>
      <Fact name="Next heartbeat due by">
        {detector.heartbeat_expected_by === null ? 'unknown' : <Utc value={detector.heartbeat_expected_by} />}
      </Fact>
      <Fact name="Last message">
        {detector.last_message_at === null ? 'none' : <Utc value={detector.last_message_at} ago />}
      </Fact>
    </Facts>
  );
}

function LastObservations({ name }: { name: string }) {
  const { cache } = route.value;
  const { data, error } = useResource(load, [`${name} ${cache} ${mayRead.value}`], { every: EVERY_MILLISECONDS });
  return (
    <section class="panel" aria-labelledby="observations-heading">
      <h2 id="observations-heading">Last observations</h2>
      <ErrorNote error={error} has={data !== undefined} />
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
          empty="No observations of this detector are stored in this cache."
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
