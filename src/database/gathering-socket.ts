import { Socket } from 'node:net';

/**
 * A connection that sends what is written within one turn of the program at once: a transaction's statements, which
 * don't wait for one another, leave with one system call instead of one each. The client corks its socket around each
 * statement; here the cork stays until the turn is over.
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
