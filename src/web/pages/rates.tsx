import { useState } from 'preact/hooks';
import { lazy } from '../parts/lazy.js';
import { Fault, ForReaders, Loading } from '../parts/note.js';
import { fetchAndSave } from '../parts/save-from-server.js';
import { useResource } from '../state/resource.js';
import { route } from '../state/route.js';
import { answered, mayRead, server } from '../state/server.js';

const RateChart = lazy(async () => (await import('../charts/rate-chart.js')).RateChart);

/** How far back to look, and in what steps. */
const STRETCHES = [
  { name: '1 day', days: 1, by: 'hour' },
  { name: '3 days', days: 3, by: 'hour' },
  { name: '7 days', days: 7, by: 'hour' },
  { name: '30 days', days: 30, by: 'day' },
] as const;
type Stretch = (typeof STRETCHES)[number];

const EVERY_MILLISECONDS = 60_000;
const DAY_MILLISECONDS = 86_400_000;

/** Does a detector send more than usual, or nothing at all? */
export function Rates() {
  return (
    <section class="panel">
      <h1>Rates</h1>
      <p class="lead">Accepted observations per detector, by the time the server received them.</p>
      <ForReaders>
        <RatesOfCache />
      </ForReaders>
    </section>
  );
}

function RatesOfCache() {
  const { cache } = route.value;
  const [stretch, setStretch] = useState<Stretch>(STRETCHES[2]);
  const subject = `${cache} ${mayRead.value} ${stretch.name}`;
  const { data, error } = useResource(load, [subject], { every: EVERY_MILLISECONDS });
  return (
    <>
      <div class="panel-head">
        <fieldset class="choices">
          <legend class="unseen-text">How far back</legend>
          {STRETCHES.map((one) => (
            <button key={one.name} type="button" aria-pressed={one === stretch} onClick={() => setStretch(one)}>
              {one.name}
            </button>
          ))}
        </fieldset>
        <button
          type="button"
          onClick={() => fetchAndSave(`/v1/observation-rates?${new URLSearchParams(query())}`, `${cache}-rates.csv`)}
        >
          Save CSV
        </button>
      </div>
      <Fault error={error} has={data !== undefined} />
      {data === undefined && error === undefined && <Loading />}
      {data !== undefined && <RateChart key={subject} rates={data} />}
    </>
  );

  function query() {
    const from = new Date(Date.now() - stretch.days * DAY_MILLISECONDS).toISOString();
    return { cache, by: stretch.by, from };
  }

  function load(signal: AbortSignal) {
    return answered(server.peek().GET('/v1/observation-rates', { params: { query: query() }, signal }));
  }
}
