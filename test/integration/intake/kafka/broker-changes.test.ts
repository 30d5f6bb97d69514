import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { beforeEach, describe, expect, it } from 'vitest';
import { BROKER_CHANNEL, createBrokerChanges } from '../../../../src/intake/kafka/broker-changes.js';
import { cachesForEachTest, poolForEachTest } from '../../../support/caches.js';
import { captureLog, silentLog } from '../../../support/logs.js';

const caches = cachesForEachTest();
const pool = poolForEachTest(caches, silentLog);
const { log, messages, clear } = captureLog();
/** Those that were asked whether they answer. */
let reached: (readonly string[])[];
let dead: string[];

beforeEach(() => {
  reached = [];
  dead = [];
  clear();
});

function changes({ configured = ['a:1'], allowed = ['a:1', 'b:2', 'c:3'] } = {}) {
  return createBrokerChanges({
    pool,
    configured,
    allowed,
    async reach(brokers) {
      reached.push(brokers);
      if (brokers.some((broker) => dead.includes(broker))) throw new Error('no answer');
    },
    log,
  });
}

/** A command that came so many seconds ago. */
async function command(named: string, secondsAgo: number): Promise<void> {
  await pool.query(
    `INSERT INTO message (uuid, kind, received_at, fingerprint, source, body)
    VALUES ($1, 'broker-change', now() - $2 * interval '1 second', '', 'tester', json_build_object('new_broker', $3::text))`,
    [randomUUID(), secondsAgo, named],
  );
}

async function outcomes(): Promise<unknown[]> {
  const { rows } = await pool.query('SELECT brokers, outcome FROM broker_change ORDER BY decided_at');
  return rows.map(({ brokers, outcome }) => [brokers.join(), outcome]);
}

describe('the brokers that are in use', () => {
  it('are those that are configured, until a command changes them: the last one of those that answered', async () => {
    expect(await changes().current()).toEqual(['a:1']);
    await command('kafka://b:2/topic', 60);
    await command('c:3', 30);
    await changes().decide();
    expect(reached).toEqual([['b:2'], ['c:3']]);
    expect(await outcomes()).toEqual([
      ['b:2', 'changed'],
      ['c:3', 'changed'],
    ]);
    expect(await changes().current()).toEqual(['c:3']);
  });

  it('stay where the new ones do not answer, which is logged; the command is not tried again', async () => {
    dead.push('b:2');
    await command('b:2', 60);
    await changes().decide();
    dead = [];
    await changes().decide();
    expect(reached).toHaveLength(1);
    expect(await outcomes()).toEqual([['b:2', 'unreachable']]);
    expect(await changes().current()).toEqual(['a:1']);
    expect(messages('error')).toEqual(['kafka:new-brokers-unreachable']);
  });

  it('are the configured ones again as soon as others are configured, or the new ones are not allowed any more', async () => {
    await command('b:2', 60);
    await changes().decide();
    expect(await changes({ configured: ['d:4'] }).current()).toEqual(['d:4']);
    expect(await changes({ allowed: ['a:1', 'c:3'] }).current()).toEqual(['a:1']);
  });

  it('are decided on once by several replicas, of which each is told once', async () => {
    const listener = new pg.Client({ connectionString: caches.databaseUrl });
    await listener.connect();
    const told: string[] = [];
    listener.on('notification', ({ payload }) => told.push(String(payload)));
    await listener.query(`LISTEN ${BROKER_CHANNEL}`);
    await command('b:2', 60);
    await Promise.all([changes().decide(), changes().decide(), changes().decide()]);
    await listener.query('SELECT 1');
    await listener.end();
    expect(told).toHaveLength(1);
    expect(await outcomes()).toEqual([['b:2', 'changed']]);
  });
});
