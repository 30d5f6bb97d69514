import type { HeartbeatSeries } from '../reads/heartbeat-series.js';
import { drawHeartbeats } from './drawing.js';
import { rasterize } from './raster.js';

/** Runs in the thread of pictures.ts. */
export function svg(series: HeartbeatSeries): string {
  return drawHeartbeats(series);
}

export function png(series: HeartbeatSeries): Promise<Uint8Array> {
  return rasterize(drawHeartbeats(series));
}
