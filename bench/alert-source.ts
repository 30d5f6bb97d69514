import type { ServerProcess } from './child.js';
import { Connection, poster } from './http-client.js';
import type { Service } from './service.js';
import { detector, observation } from './workload.js';

const MINUTE_SECONDS = 60;

/** Causes alerts in the service, and has the bare server copy them. */
export class AlertSource {
  private window = -1;

  private constructor(
    private readonly service: Service,
    private readonly toService: Connection,
    private readonly toBare: Connection,
    private readonly post: (message: object) => string,
    private readonly postBare: (message: object) => string,
  ) {}

  static async open(service: Service, { url: bare }: ServerProcess): Promise<AlertSource> {
    const { url, detectorKey } = service;
    return new AlertSource(
      service,
      await Connection.open(url),
      await Connection.open(bare),
      poster(url, '/v1/observations', detectorKey),
      poster(bare, '/', detectorKey),
    );
  }

  /** An observation of the detector at this index: 0 begins a window, each other one in it causes an alert. */
  async observe(index: number): Promise<void> {
    if (index === 0) this.window++;
    const second = this.window * MINUTE_SECONDS + index / 100;
    await created(this.toService, this.post(observation(detector(index), second)));
  }

  /** The newest alert of the service as it is on the stream. */
  async newest(): Promise<{ readonly sequence: number }> {
    const { url, adminKey } = this.service;
    const headers = { authorization: `Bearer ${adminKey}` };
    const response = await fetch(new URL('/v1/alerts?cache=test&order=desc&limit=1', url), { headers });
    const { items } = (await response.json()) as { items: { sequence: number; deliveries: unknown }[] };
    const [{ deliveries: _, ...alert } = { sequence: 0 }] = items;
    return alert;
  }

  /** Has the bare server write this alert. */
  async copy(alert: object): Promise<void> {
    await created(this.toBare, this.postBare(alert));
  }

  close(): void {
    this.toService.close();
    this.toBare.close();
  }
}

async function created(connection: Connection, request: string): Promise<void> {
  const { status, body } = await connection.request(request);
  if (status !== 201) throw new Error(`${status} instead of 201: ${body}`);
}
