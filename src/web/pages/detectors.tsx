import { DataTable } from '../parts/data-table.js';
import { lazy } from '../parts/lazy.js';
import { Status } from '../parts/marks.js';
import { ErrorNote, ForReaders, Loading } from '../parts/note.js';
import { Utc } from '../parts/utc.js';
import { intervalText, secondsText } from '../parts/words.js';
import { useDetectors } from '../state/detectors.js';
import { linkTo } from '../state/route.js';

/** The map and its projection are larger than the rest of the page, so they are loaded on demand. */
const WorldMap = lazy(async () => (await import('../charts/world-map.js')).WorldMap);

/** The detectors on a map and in a table. */
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
  if (data === undefined) return error === undefined ? <Loading /> : <ErrorNote error={error} />;
  return (
    <>
      <ErrorNote error={error} has />
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
            head: 'Last heartbeat (UTC)',
            cell: ({ last_heartbeat: last }) =>
              last === null ? <span class="minor">none</span> : <Utc value={last.received_time_utc} ago />,
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
            cell: ({ last_heartbeat: last }) =>
              last === null || last.latency_s === null ? <span class="minor">none</span> : secondsText(last.latency_s),
          },
          { head: 'Type', cell: ({ type }) => <bdi>{type}</bdi> },
          { head: 'Site', cell: ({ site }) => <bdi>{site}</bdi> },
        ]}
        rows={data}
        keyOf={({ name }) => name}
        empty="There are no detectors."
      />
    </>
  );
}
