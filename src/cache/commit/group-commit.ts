import { DatabaseAway } from '../../domain/database-away.js';

/** The largest batch. A larger one would gain nothing, and its first command would wait for its last. */
const LARGEST_BATCH = 500;

/** The number of transactions of one batch that may fail. It suffices to find two commands that fail in the largest batch. */
const MOST_FAILURES = 20;

/** Commands that have waited for so long when the database is found to be away are rejected too, instead of being tried. */
const LONG_MILLISECONDS = 1_500;

interface Waiting<Command, Answer> {
  readonly command: Command;
  /** Milliseconds of a monotonic clock. */
  readonly since: number;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/**
 * Gathers commands that arrive while a transaction runs into the next transaction. An idle service answers after one
 * commit, a busy one shares commits.
 * @param commit does a batch in one transaction and settles each command of it, in order
 */
export function createGroupCommit<Command, Answer>(
  commit: (commands: readonly Command[]) => Promise<readonly PromiseSettledResult<Answer>[]>,
) {
  const waiting: Waiting<Command, Answer>[] = [];
  let isDraining = false;

  async function drain(): Promise<void> {
    isDraining = true;
    while (waiting.length > 0) await settle(waiting.splice(0, LARGEST_BATCH));
    isDraining = false;
  }

  /**
   * A command that makes its transaction fail must not fail the others: a batch that fails is cut in halves. If the
   * database is away, or fails again and again, all commands of the batch are rejected.
   */
  async function settle(batch: readonly Waiting<Command, Answer>[]): Promise<void> {
    const open = [batch];
    let failures = 0;
    for (let portion = open.pop(); portion !== undefined; portion = open.pop()) {
      try {
        await settleTogether(portion);
      } catch (error) {
        failures++;
        const isOfAll = error instanceof DatabaseAway || failures === MOST_FAILURES;
        if (portion.length > 1 && !isOfAll) {
          const half = Math.ceil(portion.length / 2);
          open.push(portion.slice(half), portion.slice(0, half));
          continue;
        }
        const longWaiting = error instanceof DatabaseAway ? takeLongWaiting() : [];
        const failed = isOfAll ? [...portion, ...open.splice(0).flat(), ...longWaiting] : portion;
        for (const entry of failed) entry.reject(error);
      }
    }
  }

  function takeLongWaiting(): readonly Waiting<Command, Answer>[] {
    const before = performance.now() - LONG_MILLISECONDS;
    const first = waiting.findIndex(({ since }) => since > before);
    return waiting.splice(0, first === -1 ? waiting.length : first);
  }

  async function settleTogether(batch: readonly Waiting<Command, Answer>[]): Promise<void> {
    const results = await commit(batch.map(({ command }) => command));
    for (const [i, entry] of batch.entries()) {
      const result = results[i] as PromiseSettledResult<Answer>;
      if (result.status === 'fulfilled') entry.resolve(result.value);
      else entry.reject(result.reason);
    }
  }

  return {
    submit(command: Command): Promise<Answer> {
      return new Promise<Answer>((resolve, reject) => {
        waiting.push({ command, since: performance.now(), resolve, reject });
        if (!isDraining) void drain();
      });
    },
  };
}
