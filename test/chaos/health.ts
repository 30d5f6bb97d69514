import { setTimeout as pause } from 'node:timers/promises';

const LOOK_MILLISECONDS = 250;
const ANSWER_MILLISECONDS = 5_000;

/** What /readyz said at one moment. */
export interface Look {
  /** When it was asked, in milliseconds of performance.now(). */
  readonly asked: number;
  /** 0: no answer. */
  readonly status: number;
  readonly degraded: readonly string[];
}

/** Looks at /readyz of a replica, over and over. */
export class Health {
  readonly looks: Look[] = [];
  private readonly stopping = new AbortController();
  private readonly looking: Promise<void>;

  constructor(readonly url: string) {
    this.looking = this.look();
  }

  /** The last answer says that nothing is missing, and was asked for after that moment of performance.now(). */
  isWellSince(moment: number): boolean {
    const last = this.looks.at(-1);
    return last !== undefined && last.asked > moment && isWell(last);
  }

  between(from: number, to: number): readonly Look[] {
    return this.looks.filter(({ asked }) => asked >= from && asked <= to);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.looking;
  }

  private async look(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      this.looks.push(await once(this.url));
      await pause(LOOK_MILLISECONDS);
    }
  }
}

function isWell({ status, degraded }: Look): boolean {
  return status === 200 && degraded.length === 0;
}

async function once(url: string): Promise<Look> {
  const asked = performance.now();
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(ANSWER_MILLISECONDS) });
    const body = (await answer.json()) as { degraded?: readonly string[] };
    return { asked, status: answer.status, degraded: body.degraded ?? [] };
  } catch {
    // It is down, or stands still: that is what the look tells.
    return { asked, status: 0, degraded: [] };
  }
}
