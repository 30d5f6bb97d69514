import { DatabaseAway } from '../../domain/database-away.js';

/** More than this in one transaction gains nothing, and makes the first wait for the last. */
const LARGEST_BATCH = 500;

/** Transactions that may fail of one batch: enough to find two commands in the largest. */
const MOST_FAILURES = 20;

/** Who has waited for so long when the database is found away is told so too, and not only after another try of as long. */
const LONG_MILLISECONDS = 1_500;

interface Waiting<Command, Answer> {
  readonly command: Command;
  /** Milliseconds of a clock that only goes forward. */
  readonly since: number;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/**
 * Gathers what comes while a transaction is under way into the next one: an idle service answers after one
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
   * What one command brings must not fail its neighbours: a batch that fails is cut in halves. A database that is away
   * fails all alike, and so does one that fails again and again, whatever it says of itself.
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
