import { Socket } from 'node:net';

/**
 * A socket that sends what is written within one tick of the event loop with one system call: the pipelined statements of a
 * transaction leave together instead of one by one. pg corks its socket around each statement; here it stays corked until
 * the tick is over.
 */
export class GatheringSocket extends Socket {
  private isGathering = false;

  override cork(): void {
    super.cork();
    if (this.isGathering) return;
    this.isGathering = true;
    super.cork();
    process.nextTick(() => {
      this.isGathering = false;
      this.uncork();
    });
  }
}
