import type { components } from '../../client/index.js';
import { DataTable, type TableColumn } from '../parts/data-table.js';
import { Fault, ForReaders, Loading } from '../parts/note.js';
import { Utc } from '../parts/utc.js';
import { counted, grouped } from '../parts/words.js';
import { useResource } from '../state/resource.js';
import { CACHES, linkTo, route } from '../state/route.js';
import { answered, mayRead, server } from '../state/server.js';
import { status } from '../state/status.js';
import { Differences } from './shadow-differences.js';

type ShadowCache = components['schemas']['ShadowCache'];

const EVERY_MILLISECONDS = 5_000;

/** Would the other engine have alerted the world otherwise? */
export function Shadow() {
  return (
    <ForReaders>
      <Comparison />
    </ForReaders>
  );
}

function Comparison() {
  const { cache: shown } = route.value;
  const { data, error } = useResource(load, [mayRead.value], { every: EVERY_MILLISECONDS });
  const compared = data?.caches.find(({ cache }) => cache === shown);
  return (
    <>
      <section class="panel">
        <h1>Shadow engine</h1>
        <p class="lead">
          A second engine gets the same messages as the one that alerts. It sends nothing: after each command, what it
          would have sent is compared with what was sent.
        </p>
        <Fault error={error} has={data !== undefined} />
        {data === undefined && error === undefined && <Loading />}
        {data?.engine === null && <SwitchedOff />}
        {data !== undefined && data.engine !== null && (
          <>
            {compared === undefined ? (
              <p class="quiet-note">
                The engine <strong>{data.engine}</strong> goes along, and has not compared anything of this stream yet.
              </p>
            ) : (
              <Result {...compared} engine={data.engine} />
            )}
            <DataTable
              caption="How the engines compare, by stream"
              columns={COLUMNS}
              rows={CACHES.flatMap((cache) => data.caches.filter((one) => one.cache === cache))}
              keyOf={({ cache }) => cache}
              empty="No stream has been compared yet."
            />
          </>
        )}
      </section>
      {compared !== undefined && <Differences {...compared} key={shown} />}
    </>
  );

  function load(signal: AbortSignal) {
    return answered(server.peek().GET('/v1/shadow', { signal }));
  }
}

/** What to do for there to be something to see. */
function SwitchedOff() {
  const main = status.value?.engine;
  const other = main === 'reference' ? 'complete' : 'reference';
  return (
    <div class="shadow-off">
      <p>
        <strong>No second engine goes along.</strong> To switch it on, restart the server with{' '}
        <code>SHADOW_ENGINE={other}</code>
        {main !== undefined && (
          <>
            {' '}
            beside its engine <strong>{main}</strong>
          </>
        )}
        .
      </p>
      <p class="minor">
        {other === 'reference'
          ? 'reference decides step for step as snews_cs 3.0.1 does: you see where this server alerts otherwise.'
          : 'complete is this server’s own engine: you see what it would make of the same messages.'}{' '}
        What was sent since the last reset is compared too. The document docs/shadow.md has the rules.
      </p>
    </div>
  );
}

const CACHE_TEXT = { live: 'Live', firedrill: 'Fire drill', test: 'Test' } as const;

const COLUMNS: readonly TableColumn<ShadowCache>[] = [
  { head: 'Stream', cell: ({ cache }) => <a href={linkTo('shadow', undefined, cache)}>{CACHE_TEXT[cache]}</a> },
  { head: 'Engine that alerts', cell: ({ main_engine }) => main_engine },
  { head: 'Commands compared', isNumeric: true, cell: ({ compared }) => grouped(compared) },
  { head: 'Waiting', isNumeric: true, cell: ({ lag }) => grouped(lag) },
  { head: 'Alerts sent', isNumeric: true, cell: ({ main_alerts }) => grouped(main_alerts) },
  { head: 'Of the shadow', isNumeric: true, cell: ({ shadow_alerts }) => grouped(shadow_alerts) },
  { head: 'Of both', isNumeric: true, cell: ({ equal_alerts }) => grouped(equal_alerts) },
  { head: 'Commands that differ', isNumeric: true, cell: (one) => grouped(differing(one)) },
  { head: 'Faults', isNumeric: true, cell: ({ differences }) => grouped(differences.fault) },
];

/** Commands after which one engine's alerts are not the other's; faults are another matter. */
function differing({ differences }: Pick<ShadowCache, 'differences'>): number {
  const { fault: _, ...others } = differences;
  return Object.values(others).reduce((sum, count) => sum + count, 0);
}

/** The answer in words. */
function Result(compared: ShadowCache & { readonly engine: string }) {
  const { main_engine: main, engine, lag, differences, last_fault: fault, last_fault_at: faultAt } = compared;
  const count = differing(compared);
  const isAlike = count === 0 && differences.fault === 0;
  return (
    <div class={`shadow-result ${isAlike ? 'shadow-alike' : 'shadow-unlike'}`}>
      <p class="shadow-answer">
        {count > 0
          ? `${engine} would have alerted otherwise after ${grouped(count)} of ${counted(compared.compared, 'command')}.`
          : compared.main_alerts === 0
            ? 'Neither engine has alerted.'
            : `${engine} would have alerted just as ${main} did.`}
      </p>
      <p>
        {counted(compared.compared, 'command')} of this stream compared. {main} sent{' '}
        {counted(compared.main_alerts, 'alert')}, {engine} would have sent {grouped(compared.shadow_alerts)}; the same
        in both: {grouped(compared.equal_alerts)}.
        {lag > 0 && ` ${counted(lag, 'command')} more ${lag === 1 ? 'waits' : 'wait'} to be compared.`}
      </p>
      {fault !== null && faultAt !== null && (
        <p class="fault">
          The engine {engine} failed over {counted(differences.fault, 'command')}, the last time{' '}
          <Utc value={faultAt} ago />: <bdi>{fault}</bdi>
        </p>
      )}
    </div>
  );
}
