import { describe, expect, it } from 'vitest';
import { alertEmail } from '../../../../../../src/delivery/people/sinks/email/mail.js';
import { ALERT_ID, FIRST_ALERT_ID, type NoticeFields, notice, ROWS, row } from '../../../../../support/notices.js';

const DOMAIN = 'example.org';
const [superK, iceCube] = ROWS as [(typeof ROWS)[0], (typeof ROWS)[0]];

describe('the mail of an alert', () => {
  it("says in its subject what happened, with detectors, their number and the event's id", () => {
    const subject = (fields: NoticeFields) => alertEmail(notice(fields), DOMAIN).subject;
    expect(subject({})).toBe('[SNEWS] COINCIDENCE: Super-K, IceCube (2 detectors) SN-20300101-1');
    const six = ['Super-K', 'IceCube', 'JUNO', 'KM3NeT', 'SNO+', 'LVD'].map((name) => row(name, '45.000000000', 0));
    expect(subject({ kind: 'update', rows: six })).toBe(
      '[SNEWS] UPDATE: Super-K, IceCube, JUNO and 3 more (6 detectors) SN-20300101-1',
    );
    expect(subject({ kind: 'retraction', rows: [superK], retracted: [iceCube] })).toBe(
      '[SNEWS] RETRACTION: IceCube retracted, Super-K left (1 detector) SN-20300101-1',
    );
    expect(subject({ kind: 'retraction', rows: [], retracted: [superK, iceCube] })).toBe(
      '[SNEWS] RETRACTION: Super-K, IceCube retracted, no detector left SN-20300101-1',
    );
    expect(subject({ alert: { pre_sn: true } })).toContain('[SNEWS] PRE-SUPERNOVA COINCIDENCE:');
  });

  it('is, as text, all that a shift needs to know', () => {
    expect(alertEmail(notice(), DOMAIN).text).toBe(`COINCIDENCE: Super-K, IceCube (2 detectors)

2 detectors observed something at the same time.

Detector  Neutrino time (UTC)             Delta (s)     p-value
--------  ------------------------------  ------------  -------
Super-K   2030-01-01T12:34:45.678999123Z  +0.000000000  0.07
IceCube   2030-01-01T12:34:49.600000000Z  +3.921000877  none

Event:              SN-20300101-1, sub-group 0, alert 1 of it
Alert type:         COINC_MSG
False alarm figure: 7.93e-10 Hz (1 per 39.97 years), with 8 detectors online
Measured figure:    1.53e-9 Hz (1 per 20.70 years), rates of 30 days: 0 detectors measured, 8 assumed
Mean p-value:       0.07
Sent (UTC):         2030-01-01T12:35:00.760860123Z
Server:             snews-coincidence
Alert id:           ${ALERT_ID}
`);
  });

  it('of a retraction says what was retracted, and what is left', () => {
    const last = notice({
      kind: 'retraction',
      rows: [superK],
      retracted: [iceCube],
      eventState: 'retracted',
      alert: { alert_type: 'RETRACTION', false_alarm: null },
    });
    const { text, html } = alertEmail(last, DOMAIN);
    for (const form of [text, html]) {
      expect(form).toContain('Retracted: IceCube at 2030-01-01T12:34:49.600000000Z.');
      expect(form).toContain('One observation is left in this sub-group, which is not a coincidence.');
      expect(form).toContain('No coincidence is left of this event. Please disregard it.');
      expect(form).toContain('N/A');
    }
    const none = alertEmail(notice({ kind: 'retraction', rows: [], retracted: ROWS }), DOMAIN);
    expect(none.text).toContain('No observation is left in this sub-group.');
    expect(none.text).not.toContain('Neutrino time');
    expect(none.html).not.toContain('Neutrino time');
  });

  it('that was late tells that the event was retracted since', () => {
    expect(alertEmail(notice({ eventState: 'retracted' }), DOMAIN).text).toContain(
      'The event has been retracted since',
    );
  });

  it('of a fire drill says so in its subject, first and last in its text, and in its HTML', () => {
    const { subject, text, html } = alertEmail(notice({ isDrill: true }), DOMAIN);
    const sign = 'FIRE DRILL: this is an exercise, nothing was seen.';
    expect(subject).toMatch(/^\[SNEWS FIRE DRILL\] COINCIDENCE/);
    expect(text.startsWith(sign)).toBe(true);
    expect(text.trimEnd().endsWith(sign)).toBe(true);
    expect(html.split(sign)).toHaveLength(3);
  });

  it("hangs below the event's first, by ids that follow from the alerts'", () => {
    expect(alertEmail(notice(), DOMAIN)).toMatchObject({ messageId: `<${ALERT_ID}@example.org>` });
    expect(alertEmail(notice(), DOMAIN).inReplyTo).toBeUndefined();
    expect(alertEmail(notice({ kind: 'update', recordNumber: 2, firstAlertId: FIRST_ALERT_ID }), DOMAIN)).toMatchObject(
      {
        messageId: `<${ALERT_ID}@example.org>`,
        inReplyTo: `<${FIRST_ALERT_ID}@example.org>`,
        references: [`<${FIRST_ALERT_ID}@example.org>`],
      },
    );
  });

  it('shows text that came from outside as text', () => {
    const hostile = `<img src=x onerror=alert(1)>"'&\r\nBcc: evil@example.org\u2028\u202e`;
    const { subject, text, html } = alertEmail(notice({ rows: [row(hostile, '45.000000000', 0), superK] }), DOMAIN);
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp; Bcc: evil@example.org');
    expect(html).not.toContain('<img');
    expect(subject).not.toMatch(/\p{Cc}|\p{Cf}|\p{Zl}/u);
    expect(text.split('\n').filter((line) => line.startsWith('Bcc'))).toEqual([]);
  });
});
