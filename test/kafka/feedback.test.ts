import type { IHeaders } from 'kafkajs';
import { expect, inject, test, vi } from 'vitest';
import { send } from '../support/kafka/index.js';
import { kafkaSiteForEachTest } from '../support/kafka-service.js';
import { mailServerForEachTest } from '../support/mail-server.js';
import { ADMIN_KEY } from '../support/service-process.js';
import { CAPTURED } from '../support/wire-records.js';

const brokers = inject('kafkaBrokers');
const soon = { timeout: 60_000, interval: 50 };

const mailbox = mailServerForEachTest();
const site = kafkaSiteForEachTest();

test.skipIf(brokers === undefined)(
  "snews_pt's Get-Feedback mails the contacts it names that are registered, once, and says whom it refuses",
  async () => {
    const environment = { SMTP_URL: mailbox.url, MAIL_FROM: 'SNEWS <snews@example.org>' };
    const service = await site.start(environment);
    const replica = await site.start(environment);
    // The message names shift@example.org and lead@example.org.
    for (const email of ['shift@example.org', 'other@example.org']) {
      await fetch(`${service.url}/v1/admin/contacts`, {
        method: 'POST',
        headers: { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' },
        body: JSON.stringify({ detector_name: 'Super-K', name: 'x', email }),
      });
    }
    const record = CAPTURED.find(({ name }) => name === 'get-feedback')?.record;
    if (record?.value == null) throw new Error('the fixture is not there');
    await send(brokers ?? '', site.topics.observations, [{ headers: record.headers as IHeaders, value: record.value }]);
    await vi.waitFor(async () => {
      const { rows } = await site.query(`SELECT outcome, state FROM feedback JOIN mail ON cause = feedback.id`);
      expect(rows).toEqual([{ outcome: 'granted', state: 'sent' }]);
    }, soon);
    expect(mailbox.mails.map(({ recipient, parsed }) => [recipient, parsed.subject])).toEqual([
      ['shift@example.org', '[SNEWS] Heartbeats of Super-K'],
    ]);
    const log = () => `${service.output}${replica.output}`;
    await vi.waitFor(() => expect(log().match(/feedback:address-not-registered/g)).toHaveLength(1), soon);
    expect(log()).not.toContain('@example.org');
  },
);
