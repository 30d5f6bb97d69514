import type { FastifyRequest } from 'fastify';
import { networkOf } from './network.js';
import { ProblemError } from './problem.js';

/** How many streams there may be at once; 0: any number. */
export interface StreamLimits {
  readonly perAddress: number;
  readonly perKey: number;
  readonly overall: number;
}

/** When somebody else's stream may have ended. */
const RETRY_SECONDS = '30';

/** Counts the streams that are open: each takes a file, and nobody may take those of the others, nor all. */
export function createStreamPlaces({ perAddress, perKey, overall }: StreamLimits) {
  const taken = new Map<string, number>();
  let all = 0;

  return {
    /**
     * Takes a place for a stream.
     * @returns gives it back
     * @throws ProblemError 429
     */
    take({ principal, ip }: Pick<FastifyRequest, 'principal' | 'ip'>): () => void {
      const [holder, most, whose] =
        principal === undefined
          ? [`address ${networkOf(ip)}`, perAddress, 'an address without a key (STREAMS_PER_ADDRESS)']
          : [`key ${principal.id}`, perKey, 'a key (STREAMS_PER_KEY)'];
      const own = taken.get(holder) ?? 0;
      if (most > 0 && own >= most) throw tooMany(`${most} streams of alerts are open, which is the most for ${whose}.`);
      if (overall > 0 && all >= overall) throw tooMany(`${overall} streams of alerts are open, which is all that fit.`);
      taken.set(holder, own + 1);
      all++;
      return () => {
        all--;
        const left = (taken.get(holder) ?? 0) - 1;
        if (left > 0) taken.set(holder, left);
        else taken.delete(holder);
      };
    },
  };
}

function tooMany(detail: string): ProblemError {
  return new ProblemError(429, detail, [], { 'retry-after': RETRY_SECONDS });
}
