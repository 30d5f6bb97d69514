import type { components } from '../../client/index.js';
import { type Resource, useResource } from './resource.js';
import { answered, mayRead, server } from './server.js';

export type Detector = components['schemas']['Detector'];

const EVERY_MILLISECONDS = 10_000;

/** All detectors, by name. */
export function useDetectors(): Resource<readonly Detector[]> {
  return useResource(loadDetectors, [mayRead.value], { every: EVERY_MILLISECONDS });
}

async function loadDetectors(signal: AbortSignal): Promise<readonly Detector[]> {
  const query = { limit: 1_000 };
  return (await answered(server.peek().GET('/v1/detectors', { params: { query }, signal }))).items;
}
