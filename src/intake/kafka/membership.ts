/** The broker strikes a member off its group after a silence of 6 s; this long it may only be slow. */
const SILENCE_MILLISECONDS = 30_000;

/**
 * Whether a consumer is a member of its group. kafkajs joins a group again after a rebalance, and if that fails because
 * a coordinator is away or still loading, it goes on fetching the partitions that it had: as no member, or as one whose
 * assignment nobody told it. Partitions that are added or taken over later would then have no reader.
 */
export class Membership {
  private state: 'outside' | 'joining' | 'member' = 'outside';
  private answeredAt = 0;

  constructor(private readonly now: () => number = () => performance.now()) {}

  joined(): void {
    this.state = 'member';
    this.answered();
  }

  joining(): void {
    this.state = 'joining';
  }

  /** The coordinator answered a heartbeat. */
  answered(): void {
    this.answeredAt = this.now();
  }

  /** What must not be while it fetches; undefined: nothing. */
  problem(): string | undefined {
    if (this.state === 'joining') return 'joining the group again failed';
    if (this.state === 'member' && this.now() - this.answeredAt > SILENCE_MILLISECONDS) {
      return 'the group no longer answers heartbeats';
    }
    return undefined;
  }
}
