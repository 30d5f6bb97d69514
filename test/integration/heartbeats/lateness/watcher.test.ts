import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createContacts, type NewContact } from '../../../../src/administration/contacts.js';
import { systemClock } from '../../../../src/database/jobs/clock.js';
import { createPool } from '../../../../src/database/pool.js';
import { createPrisma } from '../../../../src/database/prisma.js';
import { createEmailQueue, messageId } from '../../../../src/heartbeats/lateness/email-queue.js';
import { createLook } from '../../../../src/heartbeats/lateness/look.js';
import { writeWarning } from '../../../../src/heartbeats/lateness/warnings.js';
import { startWatcher } from '../../../../src/heartbeats/lateness/watcher.js';
import type { Mailer } from '../../../../src/mail/mailer.js';
import { cachesForEachTest, heartbeat } from '../../../support/caches.js';
import { captureLog } from '../../../support/logs.js';
import { mailerTo, mailServerForEachTest, type ReceivedMail } from '../../../support/mail-server.js';

const MINUTE = 60_000;
/** The day before, so that no heartbeat lies ahead of the real clock. */
const NOON = Math.floor(Date.now() / MINUTE) * MINUTE - 20 * 3_600_000;

const caches = cachesForEachTest();
const mailbox = mailServerForEachTest();
let mailer: Mailer;
let opened: { close(): Promise<unknown> }[];
/** The simulated clock. */
let clock: number;

const { log, lines, messages, text, clear } = captureLog();

beforeEach(() => {
  mailer = mailerTo(mailbox, log);
  opened = [mailer];
  clear();
  clock = NOON;
});

afterEach(async () => {
  for (const one of opened) await one.close();
});

/** A replica's watcher, as it works while it leads. */
function replica({ canMail = true, admins = ['admin@example.org'] as readonly string[] } = {}) {
  const prisma = createPrisma(caches.databaseUrl, log);
  const pool = createPool(caches.databaseUrl, log);
  opened.push({ close: () => Promise.all([prisma.$disconnect(), pool.end()]) });
  const now = () => new Date(clock);
  const look = createLook({ prisma, quietAfter: 5 * MINUTE, admins, canMail, now, log });
  const queue = createEmailQueue({
    pool,
    mailer,
    compose: async ({ facts }, at) => {
      if (facts.kind === 'feedback') throw new Error('none was asked for');
      return writeWarning(facts, at, 'snews-test', (id) => messageId(id, mailer));
    },
    clock: { now: () => clock, wait: systemClock.wait },
    log,
  });
  return {
    queue,
    contacts: createContacts(prisma, { admins, alerts: [] }),
    /** What a minute's turn does; gives what was mailed. */
    async turn(hasTime = () => true): Promise<ReceivedMail[]> {
      await look();
      await queue.sendDue(new AbortController().signal, hasTime);
      return mailbox.mails.splice(0);
    },
  };
}

type Replica = ReturnType<typeof replica>;

function contact(detector_name: string | null, email: string, wishes: Partial<NewContact> = {}): NewContact {
  return { detector_name, name: 'shift', email, wants_alerts: false, wants_warnings: true, ...wishes };
}

async function beat(detector: string, at: number, status: 'ON' | 'OFF' = 'ON'): Promise<void> {
  await caches.service.archive(heartbeat(detector, at, status));
}

/** A command for feedback, as the stream reader keeps it. */
async function ask(detector: string, at: number): Promise<{ readonly uuid: string }> {
  const { heartbeat: _, ...command } = heartbeat(detector, at);
  await caches.service.archive({ ...command, tier: 'Get-Feedback', content: '', body: '{}' });
  return command;
}

/** Recipients and subjects, in alphabetical order. */
function headings(mails: readonly ReceivedMail[]): string[] {
  return mails.map(({ recipient, parsed }) => `${recipient}: ${parsed.subject}`).sort();
}

/** Lets minutes go by: in each the detectors beat, then the replica has its turn. Gives the mails' headings. */
async function minutes(count: number, who: Replica, ...detectors: string[]): Promise<string[]> {
  const mailed: string[] = [];
  for (let minute = 0; minute < count; minute++) {
    clock += MINUTE;
    for (const detector of detectors) await beat(detector, clock);
    mailed.push(...headings(await who.turn()));
  }
  return mailed;
}

describe('a late detector', () => {
  it("has its contacts warned once, with figures, and told once when it's back, in one thread", async () => {
    const one = replica();
    await one.contacts.add(contact('LVD', 'lvd@example.org'), 'test');
    await one.contacts.add(contact('LVD', 'quiet@example.org', { wants_warnings: false }), 'test');
    await one.contacts.add(contact('JUNO', 'juno@example.org'), 'test');
    expect(await minutes(8, one, 'LVD', 'JUNO', 'LZ')).toEqual([]);
    const last = clock;
    // Minute by minute: mean 60 s, σ 0, taken for 1 s: late after 63 s.
    expect(await minutes(1, one, 'JUNO', 'LZ')).toEqual([]);
    expect(await minutes(1, one, 'JUNO', 'LZ')).toEqual(['lvd@example.org: [SNEWS] LVD is late']);
    expect(lines).toContainEqual({
      level: 'warn',
      message: 'lateness:detector-late',
      details: expect.objectContaining({ detector: 'LVD', last_beat: new Date(last).toISOString() }),
    });
    expect(await minutes(20, one, 'JUNO', 'LZ')).toEqual([]);
    await beat('LVD', clock + 30_000);
    expect(await minutes(1, one, 'JUNO', 'LZ')).toEqual(['lvd@example.org: [SNEWS] LVD is back']);
    expect(await minutes(2, one, 'LVD', 'JUNO', 'LZ')).toEqual([]);
    expect(messages().filter((message) => message.startsWith('lateness:'))).toHaveLength(2);
  });

  it('is told of by a mail that names interval, expectation and age; its all-clear answers it', async () => {
    const one = replica();
    await one.contacts.add(contact('LVD', 'lvd@example.org'), 'test');
    for (const seconds of [0, 50, 120, 170, 240]) await beat('LVD', NOON + seconds * 1_000);
    for (const detector of ['JUNO', 'LZ']) await beat(detector, NOON + 240_000);
    // Intervals of 50, 70, 50, 70 s: mean 60, σ = √(4·100/3) = 11.547: late after 94.64 s.
    for (clock = NOON; clock < NOON + 335_000; clock += MINUTE) await one.turn();
    clock = NOON + 240_000 + 94_000;
    expect(await one.turn()).toEqual([]);
    clock = NOON + 240_000 + 95_000;
    const [warning] = await one.turn();
    expect(warning?.parsed.subject).toBe('[SNEWS] LVD is late');
    const utc = (time: number) => `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
    expect(warning?.parsed.text?.trimEnd()).toBe(
      [
        'No heartbeat has come from LVD for 1 min 35 s.',
        '',
        `Last heartbeat:   ${utc(NOON + 240_000)}`,
        'Usual interval:   60.0 s ± 11.5 s',
        `Next expected at: ${utc(NOON + 300_000)}`,
        '',
        'There is one warning of each silence. You will be told when it is over.',
        '',
        '-- ',
        'snews-test',
      ].join('\n'),
    );
    await beat('LVD', clock + 1_000, 'OFF');
    clock += MINUTE;
    const [allClear] = await one.turn();
    expect(allClear?.parsed.text).toContain('Heartbeats come from LVD again. Its status is OFF.');
    expect(allClear?.parsed.text).toContain(`${utc(NOON + 336_000)}, 1 min 36 s later`);
    expect(allClear?.parsed.inReplyTo).toBe(warning?.parsed.messageId);
  });

  it('is warned of again only after it was heard again', async () => {
    const one = replica();
    await one.contacts.add(contact('LVD', 'lvd@example.org'), 'test');
    await minutes(8, one, 'LVD', 'JUNO', 'LZ');
    expect(await minutes(5, one, 'JUNO', 'LZ')).toEqual(['lvd@example.org: [SNEWS] LVD is late']);
    expect(await minutes(1, one, 'LVD', 'JUNO', 'LZ')).toEqual(['lvd@example.org: [SNEWS] LVD is back']);
    expect(await minutes(60, one, 'JUNO', 'LZ')).toEqual(['lvd@example.org: [SNEWS] LVD is late']);
  });

  it('is told of once, whoever leads: another replica that takes over repeats nothing', async () => {
    const [one, two] = [replica(), replica()];
    await one.contacts.add(contact('LVD', 'lvd@example.org'), 'test');
    await minutes(8, one, 'LVD', 'JUNO', 'LZ');
    expect(await minutes(5, one, 'JUNO', 'LZ')).toEqual(['lvd@example.org: [SNEWS] LVD is late']);
    expect(await minutes(5, two, 'JUNO', 'LZ')).toEqual([]);
    await beat('LVD', clock + 1_000);
    clock += MINUTE;
    // A former leader may not know yet that it is one.
    const both = await Promise.all([one.turn(), two.turn()]);
    expect(headings([...both.flat(), ...mailbox.mails.splice(0)])).toEqual(['lvd@example.org: [SNEWS] LVD is back']);
  });
});

describe('a quiet network', () => {
  it('is told once to all contacts and the administrators, and so is its end', async () => {
    const one = replica();
    await one.contacts.add(contact('JUNO', 'juno@example.org'), 'test');
    await one.contacts.add(contact(null, 'board@example.org'), 'test');
    await one.contacts.add(contact(null, 'press@example.org', { wants_warnings: false }), 'test');
    await one.contacts.add(contact('LZ', 'board@example.org'), 'test');
    await minutes(8, one, 'LVD', 'JUNO');
    const mailed = await minutes(30, one, 'LVD');
    expect(mailed).toEqual([
      'juno@example.org: [SNEWS] JUNO is late',
      'admin@example.org: [SNEWS] fewer than two detectors are on',
      'board@example.org: [SNEWS] fewer than two detectors are on',
      'juno@example.org: [SNEWS] fewer than two detectors are on',
    ]);
    expect(await minutes(3, one, 'LVD', 'JUNO')).toEqual([
      'admin@example.org: [SNEWS] two detectors are on again',
      'board@example.org: [SNEWS] two detectors are on again',
      'juno@example.org: [SNEWS] JUNO is back',
      'juno@example.org: [SNEWS] two detectors are on again',
    ]);
  });

  it('does not end because the server was away and could hear nobody', async () => {
    const one = replica();
    await minutes(8, one, 'LVD', 'JUNO');
    expect(await minutes(10, one)).toEqual(['admin@example.org: [SNEWS] fewer than two detectors are on']);
    clock += 10 * MINUTE;
    expect(await minutes(10, one)).toEqual([]);
    expect(await minutes(1, one, 'LVD', 'JUNO')).toEqual(['admin@example.org: [SNEWS] two detectors are on again']);
  });

  it('is none where nobody ever sent a heartbeat', async () => {
    const one = replica();
    await one.contacts.add(contact('JUNO', 'juno@example.org'), 'test');
    expect(await minutes(30, one)).toEqual([]);
    expect(await minutes(30, one, 'JUNO')).toEqual([]);
  });
});

it('looks on while the clock is set back', async () => {
  let looks = 0;
  let looked: () => void = () => undefined;
  const looking = async (times: number) => {
    const last = looks + times;
    while (looks < last) await new Promise<void>((resolve) => (looked = resolve));
  };
  const watcher = startWatcher({
    databaseUrl: caches.databaseUrl,
    async look() {
      looks++;
      looked();
    },
    queues: [],
    log,
    every: 20,
  });
  await looking(1);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000 });
  await looking(2);
  vi.useRealTimers();
  await watcher.stop();
});

describe('a mail that can not be sent', () => {
  it('is tried again, goes out once, and only while it is of use', async () => {
    const one = replica();
    await one.contacts.add(contact('LVD', 'lvd@example.org'), 'test');
    await one.contacts.add(contact('JUNO', 'juno@example.org'), 'test');
    await minutes(8, one, 'LVD', 'JUNO', 'LZ', 'DUNE');
    mailbox.behave('later');
    expect(await minutes(3, one, 'LZ', 'DUNE')).toEqual([]);
    // Back before anybody could be warned: there is nothing to say.
    await beat('LVD', clock + 1_000);
    expect(await minutes(1, one, 'LZ', 'DUNE')).toEqual([]);
    mailbox.behave('take');
    expect(await minutes(10, one, 'LVD', 'LZ', 'DUNE')).toEqual(['juno@example.org: [SNEWS] JUNO is late']);
    const { rows } = await caches.query('SELECT email, kind, state FROM mail ORDER BY email, kind');
    expect(rows).toEqual([
      { email: 'juno@example.org', kind: 'late', state: 'sent' },
      { email: 'lvd@example.org', kind: 'late', state: 'dropped' },
    ]);
  });

  it('is not tried again if its recipient is refused for good; the log never holds an address', async () => {
    const one = replica();
    await one.contacts.add(contact('LVD', 'nobody@example.org'), 'test');
    await one.contacts.add(contact('LVD', 'zoe@example.org'), 'test');
    mailbox.behave((address) => (address === 'nobody@example.org' ? 'refuse' : 'take'));
    await minutes(8, one, 'LVD', 'JUNO', 'LZ');
    expect(await minutes(5, one, 'JUNO', 'LZ')).toEqual(['zoe@example.org: [SNEWS] LVD is late']);
    expect(lines).toContainEqual({
      level: 'warn',
      message: 'email:rejected',
      details: expect.objectContaining({ error: expect.stringContaining('(address)') }),
    });
    expect(text()).not.toContain('@example.org');
  });

  it('waits for the next time if there is time for one only', async () => {
    const one = replica();
    await one.contacts.add(contact('LVD', 'lvd@example.org'), 'test');
    await one.contacts.add(contact('LVD', 'zoe@example.org'), 'test');
    await minutes(8, one, 'LVD', 'JUNO', 'LZ');
    await minutes(1, one, 'JUNO', 'LZ');
    clock += MINUTE;
    expect(await one.turn(() => false)).toHaveLength(1);
    expect(await one.turn(() => false)).toHaveLength(1);
    expect(await one.turn()).toEqual([]);
  });

  it('goes out once more, under the same Message-ID, if the server died before it knew', async () => {
    const one = replica();
    await one.contacts.add(contact('LVD', 'lvd@example.org'), 'test');
    await minutes(8, one, 'LVD', 'JUNO', 'LZ');
    await minutes(2, one, 'JUNO', 'LZ');
    const { rows } = await caches.query(`SELECT id, tries FROM mail`);
    expect(rows).toHaveLength(1);
    // As if the process had ended between the server's answer and the record of it.
    await caches.query(`UPDATE mail SET state = 'waiting', settled_at = NULL`);
    expect(await minutes(2, one, 'JUNO', 'LZ')).toEqual([]);
    clock += 4 * MINUTE;
    const again = await one.turn();
    expect(again.map(({ parsed }) => parsed.messageId)).toEqual([`<${rows[0].id}@coincidence.example.org>`]);
  });
});

describe('replicas of two releases', () => {
  const store = (kind: string, facts: object) =>
    caches.query(
      `INSERT INTO mail (id, kind, cause, email, facts, created_at, next_try_at)
      VALUES (gen_random_uuid(), $1, gen_random_uuid(), 'admin@example.org', $2, $3, $3)`,
      [kind, { kind, ...facts }, new Date(clock)],
    );
  const quiet = () => store('quiet', { since: new Date(clock - 600_000).toISOString(), on: [] });

  it('leave a mail that they do not know for the other one, and send those behind it', async () => {
    // The migration of the later one has let it in.
    await caches.query('ALTER TABLE mail DROP CONSTRAINT mail_kind');
    await store('of a later release', {});
    clock += 1_000;
    await quiet();
    expect(headings(await replica().turn())).toEqual(['admin@example.org: [SNEWS] fewer than two detectors are on']);
    const { rows } = await caches.query(`SELECT tries, state FROM mail WHERE kind = 'of a later release'`);
    expect(rows).toEqual([{ tries: 0, state: 'waiting' }]);
  });

  it('try what failed at once when they begin to lead, but not what may be under way', async () => {
    await quiet();
    mailbox.behave('later');
    expect(await replica().turn()).toEqual([]);
    mailbox.behave('take');
    const next = replica();
    expect(await next.turn()).toEqual([]);
    await next.queue.retryFailed();
    expect(await next.turn()).toHaveLength(1);

    // Taken by whoever led before, who may have died in it.
    await quiet();
    await caches.query(`UPDATE mail SET tries = 2, next_try_at = $1 WHERE state = 'waiting'`, [
      new Date(clock + 300_000),
    ]);
    await next.queue.retryFailed();
    expect(await next.turn()).toEqual([]);
    clock += 300_000;
    expect(await next.turn()).toHaveLength(1);
  });
});

describe('what was told', () => {
  it('is forgotten after a week, unless it is still to be answered', async () => {
    const one = replica();
    await one.contacts.add(contact('LVD', 'lvd@example.org'), 'test');
    await one.contacts.add(contact('JUNO', 'juno@example.org'), 'test');
    await minutes(8, one, 'LVD', 'JUNO', 'LZ', 'DUNE');
    await minutes(3, one, 'LZ', 'DUNE');
    await minutes(1, one, 'JUNO', 'LZ', 'DUNE');
    // Of two commands that were decided on now one bears a time of next month: it could be taken again until then.
    for (const days of [0, 30]) {
      const { uuid } = await ask('LVD', clock + days * 24 * 60 * MINUTE);
      await caches.query(`INSERT INTO feedback VALUES ('${uuid}', 'LVD', $1, 'granted')`, [new Date(clock)]);
    }
    clock += 8 * 24 * 60 * MINUTE;
    await one.turn();
    expect((await caches.query('SELECT received_at FROM feedback JOIN message ON uuid = id')).rows).toEqual([
      { received_at: new Date(clock + 22 * 24 * 60 * MINUTE) },
    ]);
    expect((await caches.query('SELECT email, kind FROM mail')).rows).toEqual([
      { email: 'lvd@example.org', kind: 'late' },
    ]);
    expect((await caches.query('SELECT detector FROM silence')).rows).toEqual([{ detector: 'LVD' }]);
  });

  it('is forgotten with the contact', async () => {
    const one = replica();
    const { id } = await one.contacts.add(contact('LVD', 'lvd@example.org'), 'test');
    await minutes(8, one, 'LVD', 'JUNO', 'LZ');
    mailbox.behave('later');
    await minutes(3, one, 'JUNO', 'LZ');
    await one.contacts.remove(id, 'test');
    mailbox.behave('take');
    expect(await minutes(5, one, 'JUNO', 'LZ')).toEqual([]);
    expect((await caches.query('SELECT FROM mail')).rows).toEqual([]);
  });
});

describe("an administrator's address that was a contact's too", () => {
  it('is still told of a quiet network, and of nothing else that it was told as a contact', async () => {
    const one = replica({ admins: ['admin@example.org'] });
    const { id } = await one.contacts.add(contact('LVD', 'admin@example.org'), 'test');
    await minutes(8, one, 'LVD', 'JUNO');
    mailbox.behave('later');
    await minutes(10, one, 'JUNO');
    expect((await caches.query('SELECT kind, email FROM mail ORDER BY kind')).rows).toEqual([
      { kind: 'late', email: 'admin@example.org' },
      { kind: 'quiet', email: 'admin@example.org' },
    ]);
    await one.contacts.remove(id, 'test');
    mailbox.behave('take');
    clock += 30 * MINUTE;
    const mailed = await minutes(1, one, 'JUNO');
    expect(mailed).toEqual([expect.stringMatching(/^admin@example\.org: /)]);
    expect((await caches.query('SELECT kind FROM mail')).rows).toEqual([{ kind: 'quiet' }]);
  });
});

describe('without a mail server', () => {
  it('who is late and when the network is quiet is logged, and nothing else', async () => {
    const one = replica({ canMail: false });
    await one.contacts.add(contact('LVD', 'lvd@example.org'), 'test');
    await minutes(8, one, 'LVD', 'JUNO');
    await minutes(10, one, 'JUNO');
    expect(messages().filter((message) => message.startsWith('lateness:'))).toEqual([
      'lateness:detector-late',
      'lateness:network-quiet',
    ]);
    expect((await caches.query('SELECT FROM mail')).rows).toEqual([]);
  });
});
