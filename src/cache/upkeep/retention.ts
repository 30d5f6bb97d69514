import type pg from 'pg';

/** How long messages and observations are kept, in milliseconds after their receipt. */
export interface MessageAges {
  readonly observations: number;
  readonly messages: number;
}

/** The number of messages that one statement looks at. Short statements hold up nothing. */
const PORTION = 5_000;
/** Messages that had to stay when they were old enough are looked at again after this time. */
const ROUND_MILLISECONDS = 86_400_000;

/**
 * Removes observations and messages that have outlived their retention, each by its own. What stands is never removed,
 * nor what the undo of a reset may bring back, nor what tells with which engine and which mutes a history began. The message that brought an observation gives its
 * time of receipt and knows its uuid again, so it stays with the observation; what it said goes when messages go.
 *
 * It remembers its position, so that messages that are kept for long are not read again every time.
 */
export function createRetention(pool: pg.Pool, ages: MessageAges) {
  const walks = [
    createWalk(pool, 'observations', ages.observations, async (from, to) => {
      const { rows } = await pool.query<{ removed: number }>(OBSERVATIONS, [
        from,
        to,
        new Date(Date.now() - ages.messages),
      ]);
      return rows[0]?.removed ?? 0;
    }),
    createWalk(pool, 'messages', ages.messages, async (from, to) => {
      const { rows } = await pool.query<{ removed: number }>(MESSAGES, [from, to]);
      return rows[0]?.removed ?? 0;
    }),
  ];
  let roundEnds = Date.now() + ROUND_MILLISECONDS;
  return {
    /**
     * @param isStopped asked between portions
     * @param removed is told how many of what went
     */
    async prune(isStopped: () => boolean, removed: (what: string, count: number, before: Date) => void): Promise<void> {
      if (Date.now() > roundEnds) {
        for (const walk of walks) walk.startAgain();
        roundEnds = Date.now() + ROUND_MILLISECONDS;
      }
      for (const walk of walks) await walk.go(isStopped, removed);
    },
  };
}

/** Goes through the messages that are old enough, in order of their receipt. */
function createWalk(pool: pg.Pool, what: string, age: number, remove: (from: bigint, to: bigint) => Promise<number>) {
  let reached = 0n;
  return {
    startAgain(): void {
      reached = 0n;
    },
    async go(isStopped: () => boolean, removed: (what: string, count: number, before: Date) => void): Promise<void> {
      const before = new Date(Date.now() - age);
      let count = 0;
      while (!isStopped()) {
        const { rows } = await pool.query<{ to: bigint | null }>(END_OF_PORTION, [reached, before, PORTION]);
        const to = rows[0]?.to ?? null;
        if (to === null) break;
        count += await remove(reached, to);
        reached = to;
      }
      if (count > 0) removed(what, count, before);
    },
  };
}

/** Times of receipt as microseconds since 1970, which do not depend on the settings of the session. */
const time = (parameter: string) => `(to_timestamp(0) + ${parameter}::bigint * interval '1 microsecond')`;

const END_OF_PORTION = `
  SELECT (extract(epoch FROM max(received_at)) * 1000000)::bigint AS to FROM (
    SELECT received_at FROM message WHERE received_at > ${time('$1')} AND received_at < $2 ORDER BY received_at LIMIT $3
  ) portion`;

const IN_PORTION = `m.received_at > ${time('$1')} AND m.received_at <= ${time('$2')}`;

/** Removes these observations, and the messages that were kept only for them. */
const OBSERVATIONS = `
  WITH gone AS (
    DELETE FROM observation o USING message m
    WHERE o.uuid = m.uuid AND ${IN_PORTION} AND o.state NOT IN ('active', 'muted')
      AND NOT (o.state = 'reset' AND EXISTS (SELECT FROM cache_reset r
        WHERE r.cache = o.cache AND r.command = o.reset_by AND r.at > now() - interval '25 hours'))
    RETURNING o.uuid
  ), left_over AS (
    DELETE FROM message m USING gone WHERE m.uuid = gone.uuid AND m.received_at < $3
  )
  SELECT count(*)::int AS removed FROM gone`;

const MESSAGES = `
  WITH gone AS (
    DELETE FROM message m
    WHERE ${IN_PORTION} AND m.kind NOT IN ('Switch', 'Mute', 'Unmute')
      AND NOT EXISTS (SELECT FROM observation o WHERE o.uuid = m.uuid)
    RETURNING 1
  ), emptied AS (
    UPDATE message m SET body = NULL
    WHERE ${IN_PORTION} AND m.body IS NOT NULL 
      AND EXISTS (SELECT FROM observation o WHERE o.uuid = m.uuid AND o.state NOT IN ('active', 'muted'))
    RETURNING 1
  )
  SELECT (SELECT count(*) FROM gone)::int + (SELECT count(*) FROM emptied)::int AS removed`;
