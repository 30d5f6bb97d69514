/** How long the coordinator may leave heartbeats unanswered. It removes a member after 6 s without heartbeats. */
const SILENCE_MILLISECONDS = 30_000;

/**
 * Whether a consumer is a member of its group. kafkajs joins a group again after a rebalance. If that fails because the
 * coordinator is away or still loading, kafkajs goes on fetching the partitions that it had, without being a member or
 * without its new assignment. Partitions that are added or reassigned later would then have no reader.
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

  /** Why a consumer that fetches is not a member; undefined if it is one. */
  problem(): string | undefined {
    if (this.state === 'joining') return 'joining the group again failed';
    if (this.state === 'member' && this.now() - this.answeredAt > SILENCE_MILLISECONDS) {
      return 'the group no longer answers heartbeats';
    }
    return undefined;
  }
}
