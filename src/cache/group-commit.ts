import { DatabaseAway } from '../domain/database-away.js';

/** More than this in one transaction gains nothing, and makes the first wait for the last. */
const LARGEST_BATCH = 500;

interface Waiting<Command, Answer> {
  readonly command: Command;
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

  async function settle(batch: readonly Waiting<Command, Answer>[]): Promise<void> {
    try {
      const results = await commit(batch.map(({ command }) => command));
      for (const [i, entry] of batch.entries()) {
        const result = results[i] as PromiseSettledResult<Answer>;
        if (result.status === 'fulfilled') entry.resolve(result.value);
        else entry.reject(result.reason);
      }
    } catch (error) {
      // A fault that one command brings must not fail its neighbours; a database that is away fails all alike.
      if (batch.length === 1 || error instanceof DatabaseAway) for (const entry of batch) entry.reject(error);
      else for (const entry of batch) await settle([entry]);
    }
  }

  return {
    submit(command: Command): Promise<Answer> {
      return new Promise<Answer>((resolve, reject) => {
        waiting.push({ command, resolve, reject });
        if (!isDraining) void drain();
      });
    },
  };
}
