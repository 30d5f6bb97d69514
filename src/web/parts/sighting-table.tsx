import { useState } from 'preact/hooks';
import { linkTo } from '../state/route.js';
import type { ShownTable, Sighting } from '../state/sightings.js';
import { DataTable, type TableColumn } from './data-table.js';
import { JsonText } from './json-text.js';
import { SubGroupMark } from './marks.js';
import { copy, save, toCsv, toTabs } from './save.js';
import { ExactUtc, Utc } from './utc.js';
import { pText } from './words.js';

interface SightingTableProps {
  readonly eventId: string;
  readonly sightings: readonly Sighting[];
  readonly tables: readonly ShownTable[];
}

const COPIED_MILLISECONDS = 4_000;

/** Who saw it, to be read, copied and saved. */
export function SightingTable({ eventId, sightings, tables }: SightingTableProps) {
  const [isCopied, setCopied] = useState(false);
  const cells = () => [
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
    ...sightings.map((one) => [
      one.detector_name,
      one.neutrino_time_utc,
      one.delta.toFixed(9),
      one.p_val === null ? '' : String(one.p_val),
      one.tables.map((place) => tables[place]?.number).join(';'),
      one.state ?? '',
      one.received_time_utc ?? '',
      one.uuid,
      metaText(one.meta),
    ]),
  ];
  const copyTable = async () => {
    await copy(toTabs(cells()));
    setCopied(true);
    setTimeout(() => setCopied(false), COPIED_MILLISECONDS);
  };
  const columns: readonly TableColumn<Sighting>[] = [
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
      cell: ({ tables: places }) => (
        <span class="sub-group-marks">
          {places.length === 0 && <span class="minor">none</span>}
          {places.map((place) => (
            <SubGroupMark key={place} index={place} number={tables[place]?.number ?? place} />
          ))}
        </span>
      ),
    },
    { head: 'State', cell: ({ state }) => <span class={`state-${state}`}>{state ?? 'no longer kept'}</span> },
    {
      head: 'Received (UTC)',
      cell: ({ received_time_utc }) => (received_time_utc === undefined ? null : <Utc value={received_time_utc} />),
    },
    {
      head: 'Added by the detector',
      cell: ({ meta }) => (meta === null ? <span class="minor">nothing</span> : <JsonText value={meta} />),
    },
  ];
  return (
    <section class="panel" aria-labelledby="sightings-heading">
      <div class="panel-head">
        <h2 id="sightings-heading">Observations</h2>
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
        columns={columns}
        rows={sightings}
        keyOf={({ uuid }) => uuid}
        classOf={({ state }) => (state === 'retracted' ? 'row-retracted' : '')}
        empty="The server keeps its observations no longer."
      />
    </section>
  );
}

function metaText(meta: unknown): string {
  return meta === null || meta === undefined ? '' : JSON.stringify(meta);
}
