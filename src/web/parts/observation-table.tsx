import { useState } from 'preact/hooks';
import type { EventObservation, ShownSubGroup } from '../state/event-observations.js';
import { linkTo } from '../state/route.js';
import { DataTable, type TableColumn } from './data-table.js';
import { JsonText } from './json-text.js';
import { SubGroupMark } from './marks.js';
import { copy, save, toCsv, toTabs } from './save.js';
import { ExactUtc, Utc } from './utc.js';
import { pText } from './words.js';

interface ObservationTableProps {
  readonly eventId: string;
  readonly observations: readonly EventObservation[];
  readonly subGroups: readonly ShownSubGroup[];
}

const COPIED_MILLISECONDS = 4_000;

/** The observations of an event, which can be copied and saved. */
export function ObservationTable({ eventId, observations, subGroups }: ObservationTableProps) {
  const [isCopied, setCopied] = useState(false);
  const cells = () => cellsOf(observations, subGroups);
  const copyTable = async () => {
    await copy(toTabs(cells()));
    setCopied(true);
    setTimeout(() => setCopied(false), COPIED_MILLISECONDS);
  };
  return (
    <section class="panel" aria-labelledby="observations-heading">
      <div class="panel-head">
        <h2 id="observations-heading">Observations</h2>
        <div class="buttons">
          <button type="button" onClick={copyTable}>
            Copy table
          </button>
          <button
            type="button"
            onClick={() => save(new Blob([toCsv(cells())], { type: 'text/csv' }), `${eventId}.csv`)}
          >
            Save CSV
          </button>
          <span role="status">{isCopied ? 'Copied' : ''}</span>
        </div>
      </div>
      <DataTable
        caption="Observations of this event, by neutrino time"
        columns={columnsOf(subGroups)}
        rows={observations}
        keyOf={({ uuid }) => uuid}
        classOf={({ state }) => (state === 'retracted' ? 'row-retracted' : '')}
        empty="The observations of this event are no longer stored."
      />
    </section>
  );
}

function columnsOf(subGroups: readonly ShownSubGroup[]): readonly TableColumn<EventObservation>[] {
  return [
    {
      head: 'Detector',
      cell: ({ detector_name }) => (
        <a href={linkTo('detectors', detector_name)}>
          <bdi>{detector_name}</bdi>
        </a>
      ),
    },
    {
      head: 'Neutrino time (UTC)',
      cell: ({ neutrino_time_utc, state }) =>
        state === 'retracted' ? (
          <s>
            <ExactUtc value={neutrino_time_utc} />
          </s>
        ) : (
          <ExactUtc value={neutrino_time_utc} />
        ),
    },
    { head: 'Since first (s)', isNumeric: true, cell: ({ delta }) => delta.toFixed(9) },
    {
      head: 'p-value',
      isNumeric: true,
      cell: ({ p_val }) => (p_val === null ? <span class="minor">none</span> : pText(p_val)),
    },
    {
      head: 'Sub-groups',
      cell: ({ subGroups: places }) => (
        <span class="sub-group-marks">
          {places.length === 0 && <span class="minor">none</span>}
          {places.map((place) => (
            <SubGroupMark key={place} index={place} number={subGroups[place]?.number ?? place} />
          ))}
        </span>
      ),
    },
    { head: 'State', cell: ({ state }) => <span class={`state-${state}`}>{state ?? 'no longer stored'}</span> },
    {
      head: 'Received (UTC)',
      cell: ({ received_time_utc }) => (received_time_utc === undefined ? null : <Utc value={received_time_utc} />),
    },
    {
      head: 'Metadata',
      cell: ({ meta }) => (meta === null ? <span class="minor">none</span> : <JsonText value={meta} />),
    },
  ];
}

/** The table as text, with its column names. */
function cellsOf(observations: readonly EventObservation[], subGroups: readonly ShownSubGroup[]): string[][] {
  return [
    [
      'detector_name',
      'neutrino_time_utc',
      'seconds_since_first',
      'p_val',
      'sub_groups',
      'state',
      'received_time_utc',
      'uuid',
      'meta',
    ],
    ...observations.map((one) => [
      one.detector_name,
      one.neutrino_time_utc,
      one.delta.toFixed(9),
      one.p_val === null ? '' : String(one.p_val),
      one.subGroups.map((place) => subGroups[place]?.number).join(';'),
      one.state ?? '',
      one.received_time_utc ?? '',
      one.uuid,
      metaText(one.meta),
    ]),
  ];
}

function metaText(meta: unknown): string {
  return meta === null || meta === undefined ? '' : JSON.stringify(meta);
}
