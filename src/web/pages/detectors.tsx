import { DataTable } from '../parts/data-table.js';
import { lazy } from '../parts/lazy.js';
import { Status } from '../parts/marks.js';
import { Fault, ForReaders, Loading } from '../parts/note.js';
import { Utc } from '../parts/utc.js';
import { intervalText, secondsText } from '../parts/words.js';
import { useDetectors } from '../state/detectors.js';
import { linkTo } from '../state/route.js';

/** The map and its projection are more than all the rest: whoever looks at it waits for it. */
const WorldMap = lazy(async () => (await import('../charts/world-map.js')).WorldMap);

/** Who takes part, where, and who is on. */
export function Detectors() {
  return (
    <section class="panel">
      <h1>Detectors</h1>
      <ForReaders>
        <DetectorList />
      </ForReaders>
    </section>
  );
}

function DetectorList() {
  const { data, error } = useDetectors();
  if (data === undefined) return error === undefined ? <Loading /> : <Fault error={error} />;
  return (
    <>
      <Fault error={error} has />
      <ul class="map-legend" aria-label="Marks">
        {(['ON', 'LATE', 'OFF', 'UNKNOWN'] as const).map((status) => (
          <li key={status}>
            <Status status={status} />
          </li>
        ))}
      </ul>
      <WorldMap detectors={data} />
      <DataTable
        caption="Detectors by name"
        columns={[
          {
            head: 'Detector',
            cell: ({ name, full_name }) => (
              <>
                <a href={linkTo('detectors', name)}>
                  <bdi>{name}</bdi>
                </a>{' '}
                <span class="minor">
                  <bdi>{full_name}</bdi>
                </span>
              </>
            ),
          },
          { head: 'Status', cell: ({ status }) => <Status status={status} /> },
          {
            head: 'Last beat (UTC)',
            cell: ({ last_heartbeat: beat }) =>
              beat === null ? <span class="minor">none</span> : <Utc value={beat.received_time_utc} ago />,
          },
          {
            head: 'Interval (s)',
            isNumeric: true,
            cell: ({ usual_interval: usual }) =>
              usual === null ? <span class="minor">none</span> : <span>{intervalText(usual)}</span>,
          },
          {
            head: 'Latency',
            isNumeric: true,
            cell: ({ last_heartbeat: beat }) =>
              beat === null || beat.latency_s === null ? <span class="minor">none</span> : secondsText(beat.latency_s),
          },
          { head: 'Type', cell: ({ type }) => <bdi>{type}</bdi> },
          { head: 'Site', cell: ({ site }) => <bdi>{site}</bdi> },
        ]}
        rows={data}
        keyOf={({ name }) => name}
        empty="No detector takes part."
      />
    </>
  );
}
