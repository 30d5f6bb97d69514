import { get, type IncomingMessage } from 'node:http';
import { createParser } from 'eventsource-parser';
import { Connection, poster } from './http-client.js';
import type { Part } from './part.js';
import { type Service, startService } from './service.js';
import { quantile, round } from './statistics.js';
import { detector, observation } from './workload.js';

const MINUTE_SECONDS = 60;
const PATIENCE_MS = 10_000;

export const sse: Part = {
  name: 'sse',
  title: 'from the post of an observation to the alert that it causes, on a stream',
  async run({ quick, progress, database }) {
    const service = await startService(await database('bench_sse'));
    const stream = await AlertStream.open(service);
    const connection = await Connection.open(service.url);
    const post = poster(service.url, '/v1/observations', service.detectorKey);
    const answers: number[] = [];
    const events: number[] = [];
    const coincidences = quick ? 100 : 500;
    try {
      progress(`${coincidences} coincidences of two detectors, on an idle service`);
      for (let i = -WARM_UP; i < coincidences; i++) {
        const second = (i + WARM_UP) * MINUTE_SECONDS;
        await expectCreated(connection, post(observation(detector(0), second)));
        const alerted = stream.next();
        const began = performance.now();
        const answered = expectCreated(connection, post(observation(detector(1), second + 1))).then(() =>
          performance.now(),
        );
        const [event, answer] = await Promise.all([alerted, answered]);
        if (i < 0) continue;
        events.push(event - began);
        answers.push(answer - began);
      }
    } finally {
      connection.close();
      stream.close();
      await service.stop();
    }
    const line = (what: string, times: readonly number[]) => [
      what,
      round(quantile(times, 0.5)),
      round(quantile(times, 0.99)),
      round(quantile(times, 0.5) / quantile(answers, 0.5)),
    ];
    return {
      tables: [
        {
          title: `After a post that completes a coincidence, ${coincidences} times`,
          columns: ['until', 'p50, ms', 'p99, ms', 'of the answer'],
          rows: [line('its answer', answers), line('its alert on the stream', events)],
        },
      ],
      targets: [],
      notes: ['One after the other, on a service that has nothing else to do.'],
    };
  },
};

const WARM_UP = 50;

async function expectCreated(connection: Connection, request: string): Promise<void> {
  const { status, body } = await connection.request(request);
  if (status !== 201) throw new Error(`${status} instead of 201: ${body}`);
}

/** A reader of the test cache's alerts. */
class AlertStream {
  private waiting: ((at: number) => void) | undefined;

  private constructor(private readonly response: IncomingMessage) {
    const parser = createParser({
      onEvent: () => {
        this.waiting?.(performance.now());
        this.waiting = undefined;
      },
    });
    response.setEncoding('utf8').on('data', (chunk: string) => parser.feed(chunk));
  }

  static async open({ url, adminKey }: Service): Promise<AlertStream> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { authorization: `Bearer ${adminKey}` };
      get(new URL('/v1/alerts/stream?cache=test', url), { headers }, resolve).on('error', reject);
    });
    if (response.statusCode !== 200) throw new Error(`the stream answers ${response.statusCode}`);
    return new AlertStream(response);
  }

  /** When the next alert comes. */
  next(): Promise<number> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('no alert came')), PATIENCE_MS);
      this.waiting = (at) => {
        clearTimeout(timer);
        resolve(at);
      };
    });
  }

  close(): void {
    this.response.destroy();
  }
}
