import type { FastifyRequest } from 'fastify';
import { networkOf } from './network.js';
import { ProblemError } from './problem.js';

/** How many streams may be open at a time; 0: no limit. */
export interface StreamLimits {
  readonly perAddress: number;
  readonly perKey: number;
  readonly overall: number;
}

/** Until then another stream may have ended. */
const RETRY_SECONDS = '30';

/** Limits the open streams, per address, per key and overall: each uses a file. */
export function createStreamPlaces({ perAddress, perKey, overall }: StreamLimits) {
  const taken = new Map<string, number>();
  let all = 0;

  return {
    /**
     * Reserves a place for a stream.
     * @returns releases the place
     * @throws ProblemError 429
     */
    take({ principal, ip }: Pick<FastifyRequest, 'principal' | 'ip'>): () => void {
      const [holder, most, whose] =
        principal === undefined
          ? [`address ${networkOf(ip)}`, perAddress, 'an address without a key (STREAMS_PER_ADDRESS)']
          : [`key ${principal.id}`, perKey, 'a key (STREAMS_PER_KEY)'];
      const own = taken.get(holder) ?? 0;
      if (most > 0 && own >= most) throw tooMany(`${most} alert streams are open, which is the maximum for ${whose}.`);
      if (overall > 0 && all >= overall)
        throw tooMany(`${overall} alert streams are open, which is the maximum of this server.`);
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
