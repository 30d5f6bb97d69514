import { useId, useState } from 'preact/hooks';
import type { Coincidences, SubGroup } from '../../client/index.js';
import { FalseAlarmText } from '../parts/false-alarm.js';
import { ErrorNote, ForReaders, Loading } from '../parts/note.js';
import { fetchAndSave } from '../parts/save-from-server.js';
import { Utc } from '../parts/utc.js';
import { VirtualTable } from '../parts/virtual-table.js';
import { counted, grouped, spanText } from '../parts/words.js';
import { useResource } from '../state/resource.js';
import { linkTo, route } from '../state/route.js';
import { answered, mayRead, server } from '../state/server.js';
import { change } from '../state/status.js';

/** The number of sub-groups that are shown; there can be a million. */
const SHOWN = 1_000;

/** The current sub-groups of the cache. */
export function SubGroups() {
  return (
    <section class="panel">
      <h1>Sub-groups</h1>
      <p class="lead">
        A sub-group contains observations within one window. An observation without a partner has a sub-group of its
        own.
      </p>
      <ForReaders>
        <SubGroupList />
      </ForReaders>
    </section>
  );
}

function SubGroupList() {
  const { cache } = route.value;
  const [isEvery, setEvery] = useState(false);
  const minRows = isEvery ? 1 : 2;
  const { data, error } = useResource(load, [`${cache} ${mayRead.value} ${isEvery}`, change.value]);
  const box = useId();
  if (data === undefined) return error === undefined ? <Loading /> : <ErrorNote error={error} />;
  const isCut = (data.next_cursor ?? null) !== null;
  return (
    <>
      <ErrorNote error={error} has />
      <div class="panel-head">
        <p class="counts">
          {isCut && 'The first '}
          {counted(data.sub_groups.length, 'sub-group')}{' '}
          {isEvery ? 'of one or more detectors' : 'of two or more detectors'}
          {isCut && ' (the CSV contains all)'}. Version {grouped(data.version)} of <Utc value={data.as_of} />
        </p>
        <div class="buttons">
          <label for={box} class="check">
            <input id={box} type="checkbox" checked={isEvery} onChange={() => setEvery(!isEvery)} />
            Include sub-groups of one detector
          </label>
          <button
            type="button"
            onClick={() =>
              fetchAndSave(`/v1/coincidences?cache=${cache}&min_rows=${minRows}`, `${cache}-sub-groups.csv`)
            }
          >
            Save CSV
          </button>
        </div>
      </div>
      <VirtualTable
        caption="Sub-groups"
        columns={COLUMNS}
        rows={data.sub_groups}
        keyOf={({ number }) => number}
        empty="There are no such sub-groups."
      />
    </>
  );

  function load(signal: AbortSignal): Promise<Coincidences> {
    const query = { cache, min_rows: minRows, limit: SHOWN };
    return answered(server.peek().GET('/v1/coincidences', { params: { query }, signal }));
  }
}

const COLUMNS = [
  { head: 'No.', cell: ({ number }: SubGroup) => `#${number}` },
  {
    head: 'Event',
    cell: ({ event_id }: SubGroup) =>
      event_id === null ? (
        <span class="minor">none</span>
      ) : (
        <a class="event-link" href={linkTo('events', event_id)}>
          {event_id}
        </a>
      ),
  },
  {
    head: 'Detectors',
    cell: ({ rows }: SubGroup) => (
      <>
        <strong>{rows.length}</strong> <bdi>{rows.map(({ detector_name }) => detector_name).join(', ')}</bdi>
      </>
    ),
  },
  { head: 'Span', cell: ({ rows }: SubGroup) => spanText(rows.map(({ neutrino_time_utc }) => neutrino_time_utc)) },
  {
    head: 'First neutrino (UTC)',
    cell: ({ rows: [first] }: SubGroup) => (first === undefined ? null : <Utc value={first.neutrino_time_utc} />),
  },
  { head: 'False alarms', cell: ({ false_alarm }: SubGroup) => <FalseAlarmText falseAlarm={false_alarm} isBare /> },
];
