import type { components } from '../../client/index.js';
import { DataTable, type TableColumn } from '../parts/data-table.js';
import { ErrorNote, ForReaders, Loading } from '../parts/note.js';
import { Utc } from '../parts/utc.js';
import { cacheText, counted, grouped } from '../parts/words.js';
import { useResource } from '../state/resource.js';
import { CACHES, linkTo, route } from '../state/route.js';
import { answered, mayRead, server } from '../state/server.js';
import { status } from '../state/status.js';
import { Differences } from './shadow-differences.js';

type ShadowCache = components['schemas']['ShadowCache'];

const EVERY_MILLISECONDS = 5_000;

/** The comparison of the shadow engine with the main engine. */
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
          The shadow engine processes the same messages as the main engine, but sends nothing. After each command the
          alerts that it would have sent are compared with those that were sent.
        </p>
        <ErrorNote error={error} has={data !== undefined} />
        {data === undefined && error === undefined && <Loading />}
        {data?.engine === null && <SwitchedOff />}
        {data !== undefined && data.engine !== null && (
          <>
            {compared === undefined ? (
              <p class="quiet-note">
                The shadow engine <strong>{data.engine}</strong> has not compared anything in this cache yet.
              </p>
            ) : (
              <Result {...compared} engine={data.engine} />
            )}
            <DataTable
              caption="Comparison of the engines by cache"
              columns={COLUMNS}
              rows={CACHES.flatMap((cache) => data.caches.filter((one) => one.cache === cache))}
              keyOf={({ cache }) => cache}
              empty="No cache has been compared yet."
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

/** How to configure a shadow engine. */
function SwitchedOff() {
  const main = status.value?.engine;
  const other = main === 'reference' ? 'complete' : 'reference';
  return (
    <div class="shadow-off">
      <p>
        <strong>There is no shadow engine.</strong> To use one, restart the server with{' '}
        <code>SHADOW_ENGINE={other}</code>
        {main !== undefined && (
          <>
            {' '}
            beside its main engine <strong>{main}</strong>
          </>
        )}
        .
      </p>
      <p class="minor">
        {other === 'reference'
          ? 'The engine reference reproduces snews_cs 3.0.1 and shows where the alerts of this server differ.'
          : 'The engine complete is this server’s default and shows which alerts it would send.'}{' '}
        Alerts since the last reset are compared too. See docs/shadow.md for the rules.
      </p>
    </div>
  );
}

const COLUMNS: readonly TableColumn<ShadowCache>[] = [
  { head: 'Cache', cell: ({ cache }) => <a href={linkTo('shadow', undefined, cache)}>{cacheText(cache)}</a> },
  { head: 'Main engine', cell: ({ main_engine }) => main_engine },
  { head: 'Commands compared', isNumeric: true, cell: ({ compared }) => grouped(compared) },
  { head: 'Pending', isNumeric: true, cell: ({ lag }) => grouped(lag) },
  { head: 'Alerts sent', isNumeric: true, cell: ({ main_alerts }) => grouped(main_alerts) },
  { head: 'Of the shadow engine', isNumeric: true, cell: ({ shadow_alerts }) => grouped(shadow_alerts) },
  { head: 'Equal alerts', isNumeric: true, cell: ({ equal_alerts }) => grouped(equal_alerts) },
  { head: 'Commands that differ', isNumeric: true, cell: (one) => grouped(differing(one)) },
  { head: 'Errors', isNumeric: true, cell: ({ differences }) => grouped(differences.fault) },
];

/** Commands after which the alerts of the engines differ; errors are counted separately. */
function differing({ differences }: Pick<ShadowCache, 'differences'>): number {
  const { fault: _, ...others } = differences;
  return Object.values(others).reduce((sum, count) => sum + count, 0);
}

/** The result in words. */
function Result(compared: ShadowCache & { readonly engine: string }) {
  const { main_engine: main, engine, lag, differences, last_fault: error, last_fault_at: errorAt } = compared;
  const count = differing(compared);
  const isAlike = count === 0 && differences.fault === 0;
  return (
    <div class={`shadow-result ${isAlike ? 'shadow-alike' : 'shadow-unlike'}`}>
      <p class="shadow-answer">
        {count > 0
          ? `${engine} would have sent other alerts after ${grouped(count)} of ${counted(compared.compared, 'command')}.`
          : compared.main_alerts === 0
            ? 'Neither engine has an alert.'
            : `${engine} would have sent the same alerts as ${main}.`}
      </p>
      <p>
        {counted(compared.compared, 'command')} of this cache compared. {main} sent{' '}
        {counted(compared.main_alerts, 'alert')}, {engine} would have sent {grouped(compared.shadow_alerts)}; equal in
        both: {grouped(compared.equal_alerts)}.{lag > 0 && ` ${counted(lag, 'command')} pending.`}
      </p>
      {error !== null && errorAt !== null && (
        <p class="error">
          The engine {engine} failed at {counted(differences.fault, 'command')}, the last time{' '}
          <Utc value={errorAt} ago />: <bdi>{error}</bdi>
        </p>
      )}
    </div>
  );
}
