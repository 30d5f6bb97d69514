import { expect, inject, test, vi } from 'vitest';
import { receive } from '../support/kafka/index.js';
import { kafkaSite } from '../support/kafka-service.js';
import { observation, post } from '../support/load.js';
import { startMailServer } from '../support/mail-server.js';
import { ADMIN_KEY } from '../support/service-process.js';
import { SLACK, startSlackServer } from '../support/slack-server.js';

const brokers = inject('kafkaBrokers');

test.skipIf(brokers === undefined)(
  'a mail server and a Slack that hang hold up neither REST nor the alerts on Kafka',
  async () => {
    const [mail, slack] = [await startMailServer(), await startSlackServer()];
    const site = await kafkaSite(brokers as string);
    try {
      mail.behave('hang');
      slack.answerAlways('hang');
      const service = await site.start({
        SMTP_URL: mail.url,
        MAIL_FROM: 'alerts@example.org',
        ALERT_MAIL_TO: 'shift@example.org',
        SLACK_TOKEN: SLACK.token,
        SLACK_CHANNEL: SLACK.channel,
        SLACK_API_URL: slack.url,
      });
      const neutrino_time_utc = new Date().toISOString();
      const see = async (name: string) => {
        const { status } = await post(
          `${service.url}/v1/observations`,
          { ...observation(name), neutrino_time_utc },
          ADMIN_KEY,
        );
        expect(status).toBe(201);
      };
      const states = async () =>
        (await site.query('SELECT sink, state FROM delivery ORDER BY sequence, sink')).rows.map(
          ({ sink, state }) => `${sink} ${state}`,
        );
      await see('JUNO');
      await see('Super-K');
      await receive(brokers as string, site.topics.alerts, 1);
      // Both tries are under way, and stay so for long: what comes now meets them.
      await vi.waitFor(async () => expect(await states()).toEqual(['email sending', 'slack sending']), {
        timeout: 60_000,
      });
      await see('IceCube');
      await receive(brokers as string, site.topics.alerts, 2);
      expect((await states()).slice(0, 2)).toEqual(['email sending', 'slack sending']);
      expect(await states()).not.toContain('email delivered');
    } finally {
      // First, so that nothing is under way that a stop would wait for.
      await Promise.all([mail.stop(), slack.stop()]);
      await site.cleanUp();
    }
  },
);
