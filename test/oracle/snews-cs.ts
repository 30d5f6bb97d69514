import { createInterface } from 'node:readline';
import { type SnewsCsProcess, spawnSnewsCs } from '../support/python/snews-cs-process.js';
import type { Trace, TraceOp } from '../support/traces.js';

/** What snews_cs did in a sequence, as it stands in the recorded traces. */
export type Steps = NonNullable<Trace['reference']>;

/** The cache, the alert decider and the alerts of snews_cs, without a broker. */
export class SnewsCs {
  private readonly answers: AsyncIterator<string>;

  private constructor(private readonly process: SnewsCsProcess) {
    this.answers = createInterface(process.child.stdout)[Symbol.asyncIterator]();
  }

  static async start(python: string): Promise<SnewsCs> {
    return new SnewsCs(await spawnSnewsCs({ python, script: new URL('play.py', import.meta.url) }));
  }

  /** Plays a sequence from an empty cache. */
  async play(ops: readonly TraceOp[]): Promise<Steps> {
    if (this.process.child.exitCode !== null) throw new Error(`play.py has ended: ${this.process.errors}`);
    this.process.child.stdin.write(`${JSON.stringify(ops)}\n`);
    const answer = await this.answers.next();
    if (answer.done) throw new Error(`play.py ended: ${this.process.errors}`);
    return JSON.parse(answer.value) as Steps;
  }

  stop(): Promise<void> {
    return this.process.stop();
  }
}
