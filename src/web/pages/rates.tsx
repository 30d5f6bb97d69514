import { useState } from 'preact/hooks';
import { lazy } from '../parts/lazy.js';
import { ErrorNote, ForReaders, Loading } from '../parts/note.js';
import { fetchAndSave } from '../parts/save-from-server.js';
import { useResource } from '../state/resource.js';
import { route } from '../state/route.js';
import { answered, mayRead, server } from '../state/server.js';

const RateChart = lazy(async () => (await import('../charts/rate-chart.js')).RateChart);

/** The periods that can be shown, and their intervals. */
const PERIODS = [
  { name: '1 day', days: 1, by: 'hour' },
  { name: '3 days', days: 3, by: 'hour' },
  { name: '7 days', days: 7, by: 'hour' },
  { name: '30 days', days: 30, by: 'day' },
] as const;
type Period = (typeof PERIODS)[number];

const EVERY_MILLISECONDS = 60_000;
const DAY_MILLISECONDS = 86_400_000;

/** The rates of observations of each detector. */
export function Rates() {
  return (
    <section class="panel">
      <h1>Rates</h1>
      <p class="lead">Accepted observations per detector, by time of reception.</p>
      <ForReaders>
        <RatesOfCache />
      </ForReaders>
    </section>
  );
}

function RatesOfCache() {
  const { cache } = route.value;
  const [period, setPeriod] = useState<Period>(PERIODS[2]);
  const subject = `${cache} ${mayRead.value} ${period.name}`;
  const { data, error } = useResource(load, [subject], { every: EVERY_MILLISECONDS });
  return (
    <>
      <div class="panel-head">
        <fieldset class="choices">
          <legend class="unseen-text">Period</legend>
          {PERIODS.map((one) => (
            <button key={one.name} type="button" aria-pressed={one === period} onClick={() => setPeriod(one)}>
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
      <ErrorNote error={error} has={data !== undefined} />
      {data === undefined && error === undefined && <Loading />}
      {data !== undefined && <RateChart key={subject} rates={data} />}
    </>
  );

  function query() {
    const from = new Date(Date.now() - period.days * DAY_MILLISECONDS).toISOString();
    return { cache, by: period.by, from };
  }

  function load(signal: AbortSignal) {
    return answered(server.peek().GET('/v1/observation-rates', { params: { query: query() }, signal }));
  }
}
