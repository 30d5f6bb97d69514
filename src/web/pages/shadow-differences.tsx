import { useState } from 'preact/hooks';
import type { components } from '../../client/index.js';
import { DataTable, type TableColumn } from '../parts/data-table.js';
import { ErrorNote, Loading } from '../parts/note.js';
import { fetchAndSave } from '../parts/save-from-server.js';
import { ExactUtc, Utc } from '../parts/utc.js';
import { grouped, typeText } from '../parts/words.js';
import { firstItems } from '../state/first-items.js';
import { useResource } from '../state/resource.js';
import { linkTo } from '../state/route.js';
import { mayRead, server } from '../state/server.js';

type ShadowCache = components['schemas']['ShadowCache'];
type Difference = components['schemas']['ShadowDifference'];
type Kind = Difference['kind'];

const PORTION = 50;
const MOST = 1_000;

const KINDS: readonly { readonly kind: Kind; readonly name: string; readonly means: string }[] = [
  { kind: 'main-only', name: 'Main only', means: 'The shadow engine would not have sent this alert.' },
  { kind: 'shadow-only', name: 'Shadow only', means: 'Only the shadow engine would have sent this alert.' },
  {
    kind: 'other-type',
    name: 'Other type',
    means: 'Both engines have an alert with the same observations, but of different types.',
  },
  {
    kind: 'other-rows',
    name: 'Other observations',
    means: 'Both engines have an alert, but with different observations.',
  },
  { kind: 'fault', name: 'Error', means: 'The shadow engine failed, or data that it needs is no longer stored.' },
];

/** The alerts of both engines side by side, where they differ. */
export function Differences({ cache, main_engine: main, differences }: ShadowCache) {
  const [kind, setKind] = useState<Kind | undefined>(undefined);
  const [count, setCount] = useState(PORTION);
  const total = Object.values(differences).reduce((sum, one) => sum + one, 0);
  // New differences are fetched when their number changes.
  const { data, error } = useResource(load, [`${cache} ${mayRead.value} ${kind}`, total, count]);
  const filter: { readonly cache: typeof cache; readonly kind?: Kind } =
    kind === undefined ? { cache } : { cache, kind };
  return (
    <section class="panel" aria-labelledby="differences-heading">
      <div class="panel-head">
        <h2 id="differences-heading">Differences</h2>
        {total > 0 && (
          <button
            type="button"
            onClick={() =>
              fetchAndSave(
                `/v1/shadow/differences?${new URLSearchParams({ ...filter, limit: String(MOST) })}`,
                `${cache}-shadow-differences.csv`,
              )
            }
          >
            Save CSV
          </button>
        )}
      </div>
      {total > 0 && <KindChoice differences={differences} total={total} kind={kind} onChoose={setKind} />}
      <ErrorNote error={error} has={data !== undefined} />
      {data === undefined && error === undefined && <Loading />}
      {data !== undefined && (
        <DataTable
          caption="Commands after which the engines differ, the newest first"
          columns={columnsOf(cache, main)}
          rows={data.items}
          keyOf={({ id }) => id}
          empty={
            total === 0
              ? 'There are no differences: both engines have the same alerts for every compared command.'
              : 'These differences are no longer stored: they are kept for MESSAGE_RETENTION, their counts permanently.'
          }
        />
      )}
      {data !== undefined && data.next_cursor !== null && count < MOST && (
        <button type="button" onClick={() => setCount((before) => Math.min(before + PORTION, MOST))}>
          Older differences
        </button>
      )}
    </section>
  );

  function load(signal: AbortSignal) {
    return firstItems(count, (page) =>
      server.peek().GET('/v1/shadow/differences', { params: { query: { ...filter, ...page } }, signal }),
    );
  }
}

interface KindChoiceProps {
  readonly differences: ShadowCache['differences'];
  readonly total: number;
  readonly kind: Kind | undefined;
  onChoose(kind: Kind | undefined): void;
}

function KindChoice({ differences, total, kind, onChoose }: KindChoiceProps) {
  return (
    <fieldset class="choices">
      <legend class="unseen-text">Kind of difference</legend>
      <button type="button" aria-pressed={kind === undefined} onClick={() => onChoose(undefined)}>
        All {grouped(total)}
      </button>
      {KINDS.filter((one) => differences[one.kind] > 0).map((one) => (
        <button
          key={one.kind}
          type="button"
          aria-pressed={kind === one.kind}
          title={one.means}
          onClick={() => onChoose(one.kind)}
        >
          {one.name}: {grouped(differences[one.kind])}
        </button>
      ))}
    </fieldset>
  );
}

/** @param main the main engine */
function columnsOf(cache: ShadowCache['cache'], main: string): readonly TableColumn<Difference>[] {
  return [
    { head: 'Command', cell: (difference) => <Command {...difference} /> },
    { head: 'Difference', cell: ({ kind: of }) => <Meaning kind={of} /> },
    { head: `Sent by ${main}`, cell: ({ main_alerts }) => <Alerts alerts={main_alerts} none="nothing" /> },
    {
      head: 'Shadow engine would have sent',
      cell: ({ shadow_alerts, fault }) =>
        fault === null ? <Alerts alerts={shadow_alerts} none="nothing" /> : <bdi class="error">{fault}</bdi>,
    },
    { head: 'Event', cell: ({ event_ids }) => <Events ids={event_ids} cache={cache} /> },
  ];
}

/** Kinds of messages with another name on the screen. */
const MESSAGES: Readonly<Record<string, string>> = { CoincidenceTier: 'Observation' };

function Command({ command, message_kind: kind, detector_name: detector, received_time_utc: received }: Difference) {
  return (
    <>
      {MESSAGES[kind] ?? kind} <span class="minor">no. {command}</span>
      {detector !== null && (
        <>
          <br />
          <a href={linkTo('detectors', detector)}>
            <bdi>{detector}</bdi>
          </a>
        </>
      )}
      <br />
      <Utc value={received} />
    </>
  );
}

function Meaning({ kind }: Pick<Difference, 'kind'>) {
  const { name, means } = KINDS.find((one) => one.kind === kind) ?? { name: kind, means: '' };
  return (
    <>
      <strong>{name}</strong>
      <span class="shadow-means">{means}</span>
    </>
  );
}

function Alerts({ alerts, none }: { alerts: Difference['main_alerts']; none: string }) {
  if (alerts.length === 0) return <span class="minor">{none}</span>;
  return (
    <ul class="shadow-alerts">
      {alerts.map(({ alert_type, detector_names, neutrino_times, p_values }, place) => (
        <li key={place}>
          <span class={`type type-${alert_type}`} title={alert_type}>
            {typeText(alert_type)}
          </span>
          <ul>
            {detector_names.map((name, row) => (
              <li key={row}>
                <bdi>{name}</bdi>{' '}
                <span class="shadow-figures">
                  <ExactUtc value={neutrino_times[row] ?? ''} isTimeOnly />
                  {p_values[row] != null && <span class="minor"> p {p_values[row]}</span>}
                </span>
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}

function Events({ ids, cache }: { ids: readonly string[]; cache: ShadowCache['cache'] }) {
  if (ids.length === 0) return <span class="minor">none</span>;
  return (
    <>
      {ids.map((id) => (
        <a key={id} class="event-link shadow-event" href={linkTo('events', id, cache)}>
          {id}
        </a>
      ))}
    </>
  );
}
