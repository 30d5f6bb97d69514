import { type Load, poster, postLoad } from './http-client.js';
import type { Part } from './part.js';
import { type Service, startService } from './service.js';
import { round } from './statistics.js';
import { detector, observation, randomNumbers, WINDOW_SECONDS } from './workload.js';

const LAST = 100;
const YEAR_SECONDS = 365 * 86_400;

export const flood: Part = {
  name: 'flood',
  title: 'one detector floods one window over REST: what its last observations cost',
  async run({ quick, progress, database }) {
    const count = quick ? 2_000 : 10_000;
    const service = await startService(await database('bench_flood'));
    try {
      progress(`${count} observations of one detector alone in a window`);
      const alone = await floodWindow(service, count, 0, false);
      progress(`${count} observations of one detector in a window with another detector's`);
      const shared = await floodWindow(service, count, YEAR_SECONDS, true);
      progress('the first ones, for comparison');
      const first = await floodWindow(service, LAST, 2 * YEAR_SECONDS, false);
      const line = (what: string, load: Load) => [
        what,
        round(load.p50),
        round(load.p99),
        round(load.mean / first.mean),
      ];
      return {
        tables: [
          {
            title: `${LAST} posts, one after the other`,
            columns: ['in the window', 'p50, ms', 'p99, ms', 'of an empty one'],
            rows: [
              line('nothing before', first),
              line(`${count} of the same detector`, alone),
              line(`${count} of the same detector, one of another`, shared),
            ],
          },
        ],
        targets: [
          { what: `the last of ${count}, p50 in ms`, measured: round(alone.p50), atMost: 50 },
          { what: `the last of ${count} beside another detector, p50 in ms`, measured: round(shared.p50), atMost: 50 },
        ],
        notes: ['With the quota that is the default (DETECTOR_QUOTA) nobody gets this far.'],
      };
    } finally {
      await service.stop();
    }
  },
};

/** Fills a window of its own; the times of its last observations, sent one after the other. */
async function floodWindow(
  { url, detectorKey }: Service,
  count: number,
  begin: number,
  withOther: boolean,
): Promise<Load> {
  const post = poster(url, '/v1/observations', detectorKey);
  const random = randomNumbers(count);
  const send = (connections: number, most: number, next: () => string) =>
    postLoad(url, connections, { milliseconds: 300_000, most }, 201, next);
  if (withOther) await send(1, 1, () => post(observation(detector(1), begin + WINDOW_SECONDS / 2)));
  const next = () => post(observation(detector(0), begin + random() * WINDOW_SECONDS));
  if (count > LAST) await send(64, count - LAST, next);
  return await send(1, LAST, next);
}
