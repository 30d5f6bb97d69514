import { Piscina } from 'piscina';
import type { HeartbeatSeries } from './series.js';

/** Drawing takes the program's memory and up to seconds: the thread goes when nobody has asked for that long. */
const IDLE_MILLISECONDS = 60_000;
/** Who asks for more pictures at once than this is told to come back. */
const MOST_WAITING = 32;

const isSource = import.meta.url.endsWith('.ts');
const WORKER = new URL(isSource ? './worker.ts' : './worker.js', import.meta.url).href;

/** There are too many pictures to draw already. */
export class TooManyPictures extends Error {
  override readonly name = 'TooManyPictures';
}

export type Pictures = ReturnType<typeof createPictures>;

/** Draws heartbeats in a thread of its own, one picture after the other: alerts don't wait for pictures. */
export function createPictures() {
  const pool = new Piscina({
    filename: WORKER,
    // In development the thread's code is TypeScript too.
    execArgv: isSource ? ['--import', 'tsx'] : [],
    minThreads: 0,
    maxThreads: 1,
    maxQueue: MOST_WAITING,
    idleTimeout: IDLE_MILLISECONDS,
  });

  async function draw<Picture>(series: HeartbeatSeries, name: 'svg' | 'png'): Promise<Picture> {
    if (pool.queueSize >= MOST_WAITING)
      throw new TooManyPictures('too many pictures are being drawn: ask again in a moment');
    return pool.run(series, { name });
  }

  return {
    svg: (series: HeartbeatSeries) => draw<string>(series, 'svg'),
    /** 1,600 × 1,056 pixels. */
    png: async (series: HeartbeatSeries) => Buffer.from(await draw<Uint8Array>(series, 'png')),
    stop: () => pool.destroy(),
  };
}
