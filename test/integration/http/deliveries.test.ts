import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type ApiServer, startApiServer } from '../../support/api-server.js';
import { runCommand } from '../../support/cli.js';
import { type MailServer, startMailServer } from '../../support/mail-server.js';
import { type RestService, startRestService } from '../../support/rest-service.js';
import { SLACK, type SlackServer, startSlackServer } from '../../support/slack-server.js';

const NOW = Date.now();
const time = (seconds: number) => new Date(NOW - 3_600_000 + seconds * 1000).toISOString();

interface Delivery {
  readonly id: number;
  readonly sink: string;
  readonly state: string;
  readonly tries: number;
  readonly alert_id: string;
}

describe('the whole service', () => {
  const login = { username: 'snews', password: 'p@ss-word-of-the-tests' };
  let mail: MailServer;
  let slack: SlackServer;
  let service: RestService;

  const see = async (detector_name: string, seconds: number, flags: object = {}) => {
    const neutrino_time_utc = time(seconds);
    const { status } = await service.post('/v1/observations', { detector_name, neutrino_time_utc, ...flags });
    expect(status).toBe(201);
  };
  const deliveries = async (query = '') =>
    (await service.get<{ items: Delivery[] }>(`/v1/admin/deliveries${query}`)).items;
  const delivered = (count: number) =>
    vi.waitFor(
      async () => expect((await deliveries()).filter(({ state }) => state === 'delivered')).toHaveLength(count),
      { timeout: 60_000 },
    );

  beforeAll(async () => {
    [mail, slack] = [await startMailServer(login), await startSlackServer()];
    service = await startRestService({
      SMTP_URL: mail.url,
      MAIL_FROM: 'SNEWS <alerts@example.org>',
      ALERT_MAIL_TO: 'shift@example.org',
      SLACK_TOKEN: SLACK.token,
      SLACK_CHANNEL: SLACK.channel,
      SLACK_API_URL: slack.url,
      FIREDRILL_NOTIFY: 'true',
    });
  });

  afterAll(async () => {
    await service.stop();
    await Promise.all([mail.stop(), slack.stop()]);
  });

  test('mails and posts an alert as it comes, and shows how that went', async () => {
    await see('Super-K', 0);
    await see('IceCube', 3);
    await delivered(2);
    expect(mail.mails.map(({ parsed }) => parsed.subject)).toEqual([
      expect.stringMatching(/^\[SNEWS\] COINCIDENCE: Super-K, IceCube \(2 detectors\) SN-\d{8}-1$/),
    ]);
    expect(slack.messages).toHaveLength(1);
    const { items } = await service.get<{ items: { id: string; deliveries: Delivery[] }[] }>('/v1/alerts');
    expect(items[0]?.deliveries).toEqual(
      ['email', 'slack'].map((sink) => ({
        id: expect.any(Number),
        sink,
        state: 'delivered',
        tries: 1,
        last_error: null,
        next_try_at: null,
        delivered_at: expect.stringMatching(/\.\d{9}Z$/),
      })),
    );
    const one = await service.get<{ deliveries: Delivery[] }>(`/v1/alerts/${items[0]?.id}`);
    expect(one.deliveries).toEqual(items[0]?.deliveries);
  });

  test('tells of fire drills as such, and of tests never', async () => {
    await see('Super-K', 0, { is_test: true });
    await see('IceCube', 3, { is_test: true });
    await see('Super-K', 0, { is_firedrill: true });
    await see('IceCube', 3, { is_firedrill: true });
    await delivered(4);
    expect(mail.mails.at(-1)?.parsed.subject).toMatch(/^\[SNEWS FIRE DRILL\] COINCIDENCE/);
    expect(mail.mails.at(-1)?.parsed.text).toContain('FIRE DRILL: this is an exercise');
    expect(slack.messages.at(-1)?.text).toMatch(/^FIRE DRILL/);
    expect([mail.mails.length, slack.messages.length]).toEqual([2, 2]);
  });

  test('sends again what an administrator wants sent again, as the same mail, in the same thread', async () => {
    const [id, slackId] = (await deliveries()).filter(({ alert_id }, _, all) => alert_id === all.at(-1)?.alert_id);
    const ids = [id, slackId].map((delivery) => delivery?.id);
    for (const again of ids) {
      expect((await service.post(`/v1/admin/deliveries/${again}/resend`, {})).status).toBe(200);
    }
    await vi.waitFor(() => expect([mail.mails.length, slack.messages.length]).toEqual([3, 3]), { timeout: 60_000 });
    await delivered(4);
    expect(mail.mails[2]?.parsed.messageId).toBe(mail.mails[0]?.parsed.messageId);
    expect(slack.messages[2]?.thread_ts).toBe(slack.messages[0]?.ts);
    const { items } = await service.get<{ items: object[] }>('/v1/admin/acts');
    expect(items.slice(0, 2)).toMatchObject(
      ids.toReversed().map((again) => ({ act: 'delivery:resend', actor: 'configured', detail: { id: again } })),
    );
  });

  test('says why it goes no further, without a secret', async () => {
    mail.behave('later');
    slack.answerAlways({ error: 'channel_not_found' });
    await see('JUNO', 5);
    await vi.waitFor(
      async () => {
        const tried = (await deliveries('?state=waiting')).filter(({ tries }) => tries > 0);
        expect(new Set(tried.map(({ sink }) => sink))).toEqual(new Set(['email', 'slack']));
      },
      { timeout: 60_000 },
    );
    const text = JSON.stringify(await deliveries());
    expect(text).toContain('check SLACK_CHANNEL');
    expect(text).toContain('1 of 1 recipients: 450');
    for (const secret of [SLACK.token, login.password]) expect(text).not.toContain(secret);
    mail.behave('take');
    slack.answerAlways(undefined);
  });
});

describe('deliveries over REST and the command line', () => {
  let server: ApiServer;
  let reader: string;
  let alert: string;

  beforeAll(async () => {
    server = await startApiServer();
    reader = await server.key({ name: 'reader', role: 'reader', detectors: [] });
    await server.call('POST', '/v1/observations', { detector_name: 'Super-K', neutrino_time_utc: time(0) });
    const { json } = await server.call('POST', '/v1/observations', {
      detector_name: 'IceCube',
      neutrino_time_utc: time(1),
    });
    alert = json.alerts[0].id;
    const error = "1 of 2 recipients: 550 <shift@example.org> unknown; '\\u001b[31m'";
    await server.query(`
      INSERT INTO delivery (sink, alert_id, event_id, sequence, state, tries, created_at, due_at, gives_up_at, last_error, progress)
      VALUES ('email', '${alert}', 'SN-20300101-1', 1, 'failed', 7, now(), now(), now(), $$${error}$$, '{"taken": ["a@example.org"]}'),
        ('slack', '${alert}', 'SN-20300101-1', 1, 'failed', 7, now(), now(), now(), NULL, NULL),
        ('gcn', '${randomUUID()}', 'SN-20300101-2', 2, 'sending', 1, now(), now(), now(), NULL, NULL)`);
  });

  afterAll(() => server.stop());

  const cli = (...args: string[]) => runCommand(['deliveries', ...args, '--url', server.url], { env: {} });
  const key = ['--key', 'admin-key-of-the-tests-0123456789abcdef'];

  test('are for administrators', async () => {
    expect((await server.call('GET', '/v1/admin/deliveries', undefined, reader)).status).toBe(403);
    expect((await server.call('GET', '/v1/admin/deliveries', undefined, '')).status).toBe(401);
    expect((await server.call('POST', '/v1/admin/deliveries/1/resend', undefined, reader)).status).toBe(403);
  });

  test('stand with their alert for holders of a key, without addresses', async () => {
    const path = `/v1/alerts/${alert}`;
    const { deliveries } = (await server.call('GET', path, undefined, reader)).json;
    expect(deliveries.map(({ sink, state }: Delivery) => `${sink} ${state}`)).toEqual(['email failed', 'slack failed']);
    expect(deliveries[0].last_error).toContain('550 <(address)> unknown');
    expect((await server.call('GET', path, undefined, '')).json).not.toHaveProperty('deliveries');
    expect((await server.call('GET', '/v1/alerts', undefined, '')).json.items[0]).not.toHaveProperty('deliveries');
    await server.query("INSERT INTO alert_publication (cache, sequence, changed_at) VALUES ('live', 0, now())");
    const kafka = async () => (await server.call('GET', path, undefined, reader)).json.deliveries[0];
    expect(await kafka()).toMatchObject({ id: null, sink: 'kafka', state: 'waiting' });
    await server.query("UPDATE alert_publication SET sequence = 1 WHERE cache = 'live'");
    expect(await kafka()).toMatchObject({ id: null, sink: 'kafka', state: 'delivered' });
  });

  test('are listed, the newest first, by sink, state and alert; also as CSV', async () => {
    const sinks = async (query: string) =>
      (await server.call('GET', `/v1/admin/deliveries${query}`)).json.items.map(({ sink }: Delivery) => sink);
    expect(await sinks('')).toEqual(['gcn', 'slack', 'email']);
    expect(await sinks('?state=failed')).toEqual(['slack', 'email']);
    expect(await sinks(`?alert_id=${alert}&sink=email`)).toEqual(['email']);
    expect((await server.call('GET', '/v1/admin/deliveries?sink=kafka')).status).toBe(400);
    expect((await server.call('GET', '/v1/admin/deliveries?stat=failed')).status).toBe(400);
    const first = (await server.call('GET', '/v1/admin/deliveries?limit=2')).json;
    expect(await sinks(`?limit=2&cursor=${first.next_cursor}`)).toEqual(['email']);
    const csv = await fetch(`${server.url}/v1/admin/deliveries`, {
      headers: { authorization: `Bearer ${key[1]}`, accept: 'text/csv' },
    });
    expect((await csv.text()).split('\n')[0]).toBe(
      'id,sink,alert_id,event_id,state,tries,last_error,next_try_at,delivered_at,created_at,gives_up_at',
    );
  });

  test('are sent again only if they are there, not under way, and somebody could send them', async () => {
    const resend = async (id: number | string) =>
      (await server.call('POST', `/v1/admin/deliveries/${id}/resend`)).status;
    expect(await resend(999)).toBe(404);
    expect(await resend('x')).toBe(400);
    expect(await resend(3)).toBe(409);
    expect(await resend(2)).toBe(409);
    expect(await server.query("SELECT act FROM admin_act WHERE act LIKE 'delivery:%'")).toEqual([]);
  });

  test('are listed and sent again from the command line', async () => {
    const list = await cli('list', '--state', 'failed', ...key);
    expect(list).toMatchObject({ exitCode: 0, err: '' });
    expect(list.out).toContain('SN-20300101-1');
    expect(list.out).toContain('550 <shift@example.org>');
    expect(list.out).not.toContain('\u001b');
    // `waiting` is the name of the state in the API.
    for (const state of ['pending', 'waiting']) {
      expect(await cli('list', '--state', state, ...key)).toMatchObject({ exitCode: 0, err: '' });
    }
    expect((await cli('list', '--state', 'lost', ...key)).exitCode).toBe(2);
    const json = await cli('list', '--limit', '1', '--json', ...key);
    expect(JSON.parse(json.out)).toMatchObject([{ id: 3, sink: 'gcn' }]);
    const resent = await cli('resend', '1', ...key);
    expect(resent).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining('Delivery 1 (email, SN-20300101-1) is pending again'),
    });
    const [row] = await server.query(
      'SELECT state, tries, progress, gives_up_at > now() AS later FROM delivery WHERE id = 1',
    );
    // Those who have it don't get it again.
    expect(row).toEqual({ state: 'waiting', tries: 0, progress: { taken: ['a@example.org'] }, later: true });
    expect(await server.query("SELECT actor, act, detail FROM admin_act WHERE act LIKE 'delivery:%'")).toEqual([
      { actor: 'configured', act: 'delivery:resend', detail: { id: 1, sink: 'email', alert, was: 'failed' } },
    ]);
    expect((await cli('resend', 'first', ...key)).exitCode).not.toBe(0);
    expect((await cli('list')).exitCode).not.toBe(0);
  });
});
