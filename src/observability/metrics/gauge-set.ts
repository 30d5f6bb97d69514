import { Counter, Gauge, type Registry } from 'prom-client';
import type { Log } from '../../domain/log.js';
import { createReading } from './reading.js';

export type GaugeSet = ReturnType<typeof createGaugeSet>;

/** Creates gauges whose values are read at each scrape. A gauge whose figure cannot be read is left out of that scrape. */
export function createGaugeSet(registry: Registry, log: Log) {
  const registers = [registry];
  const errors = new Counter({
    name: 'snews_metrics_unread_total',
    help: 'Figures that could not be read at a scrape; their metrics were left out.',
    labelNames: ['figure'] as const,
    registers,
  });
  return {
    /** A source of values for one or more gauges: `figure` is read once for all of them. */
    reading<Figure>(figure: string, read: () => Promise<Figure>) {
      const ask = createReading(figure, read, log);
      errors.inc({ figure }, 0);
      return async (show: (value: Figure) => void): Promise<void> => {
        const value = await ask();
        if (value === undefined) errors.inc({ figure });
        else show(value);
      };
    },

    /** @param fill sets the current values, each time from none */
    gauge<Label extends string>(
      name: string,
      help: string,
      labelNames: readonly Label[],
      fill: (gauge: Gauge<Label>) => void | Promise<void>,
    ): void {
      new Gauge({
        name,
        help,
        labelNames: [...labelNames],
        registers,
        async collect() {
          this.reset();
          await fill(this);
        },
      });
    },
  };
}
