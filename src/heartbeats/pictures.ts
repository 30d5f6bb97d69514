import { Piscina } from 'piscina';
import type { Log } from '../domain/log.js';
import type { HeartbeatSeries } from '../reads/heartbeat-series.js';

/** Drawing takes memory and up to a second, so the thread ends when it has had nothing to do for so long. */
const IDLE_MILLISECONDS = 60_000;
/** If more pictures wait, a request is rejected. */
const MOST_WAITING = 32;
/** For waiting and drawing together. A thread may also fail to start. */
const TIMEOUT_MILLISECONDS = 20_000;

/** Built by itself, with the parts of ECharts that it uses: see scripts/pictures.vite.config.mjs. */
const BUILT_WORKER = '../pictures/picture-worker.js';
const WORKER = new URL(import.meta.url.endsWith('.ts') ? './source-worker.mjs' : BUILT_WORKER, import.meta.url).href;

/** Too many pictures are asked for, or the thread that draws them is gone. */
export class PicturesAway extends Error {
  override readonly name = 'PicturesAway';
}

export type Pictures = ReturnType<typeof createPictures>;

/** Draws heartbeats in a thread of its own, one picture after the other, so that no alert waits for a picture. */
export function createPictures(log: Log) {
  const pool = new Piscina({
    filename: WORKER,
    minThreads: 0,
    maxThreads: 1,
    maxQueue: MOST_WAITING,
    idleTimeout: IDLE_MILLISECONDS,
  });
  // Without a listener it would end the process.
  pool.on('error', (error) => log.warn({ err: error }, 'pictures:thread-failed'));

  async function draw<Picture>(series: HeartbeatSeries, name: 'svg' | 'png'): Promise<Picture> {
    if (pool.queueSize >= MOST_WAITING) throw new PicturesAway('Too many pictures are being drawn.');
    const signal = AbortSignal.timeout(TIMEOUT_MILLISECONDS);
    try {
      return await pool.run(series, { name, signal });
    } catch (error) {
      if (signal.aborted) throw new PicturesAway('The picture was not drawn in time.', { cause: error });
      throw error;
    }
  }

  return {
    svg: (series: HeartbeatSeries) => draw<string>(series, 'svg'),
    /** 1,600 × 1,056 pixels. */
    png: async (series: HeartbeatSeries) => Buffer.from(await draw<Uint8Array>(series, 'png')),
    stop: () => pool.destroy(),
  };
}
