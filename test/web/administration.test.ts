import { readFile } from 'node:fs/promises';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chromiumPath } from '../support/browser.js';
import { dashboardForAllTests, openTab, type Tab } from '../support/dashboard.js';
import { forAllTests } from '../support/for-tests.js';
import { startMailServer } from '../support/mail-server.js';

const mailbox = forAllTests(startMailServer, (server) => server.stop());
const { service, browser } = dashboardForAllTests(() => ({
  PUBLIC_READS: 'true',
  SMTP_URL: mailbox.url,
  MAIL_FROM: 'snews@example.org',
}));
let tab: Tab;
let page: Page;

const row = (text: string) => page.locator('tbody tr', { hasText: text });

describe.skipIf(chromiumPath === undefined)('administration on the dashboard', () => {
  beforeEach(async () => {
    tab = await openTab(browser, service.url);
    ({ page } = tab);
  });
  afterEach(async () => {
    expect(tab.faults).toEqual([]);
    await tab.close();
  });

  test('a fire drill sends its scenario to its own cache, with times just before now', async () => {
    await tab.go('live/administration/fire-drill');
    await page.getByLabel('Scenario').selectOption({ label: 'msgs at 10, 19, 21, 22, 20, 29, 18 seconds' });
    await page.getByRole('button', { name: 'Start the drill' }).click();
    // Eight alerts: what the scenario expects of the engine `complete`.
    await page.getByText('was sent and raised 8 alerts').waitFor();
    await page.getByRole('link', { name: 'Show the drill' }).click();
    await page.getByText('Fire drill: coincidence').waitFor();
    await page.getByRole('heading', { name: '5 detectors within 10 s' }).waitFor();
    await expect.poll(() => page.locator('tbody tr').count()).toBe(8);
    await page.getByRole('link', { name: 'Live', exact: true }).click();
    await page.getByRole('heading', { name: 'Quiet: no alert yet' }).waitFor();
  });

  test('a reset is shown where it happened, and can be undone there with the keyboard', async () => {
    await service.observe('Super-K', 100);
    await service.observe('IceCube', 98);
    await tab.go('live');
    await page.getByRole('heading', { name: '2 detectors within 2 s' }).waitFor();
    await service.post('/v1/admin/reset', { cache: 'live', reason: 'by mistake' });
    const notice = page.getByRole('region', { name: 'Reset of Live' });
    await notice.getByText('by configured: by mistake. It removed 2 observations.').waitFor();
    const found = await page.evaluate(
      `${axe.source};axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.map(({ id }) => id))`,
    );
    expect(found).toEqual([]);
    await notice.getByRole('button', { name: 'Undo the reset' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByRole('button', { name: 'Undo the reset' }).focus();
    await page.keyboard.press('Enter');
    await notice.getByText('It was undone by configured: 2 observations restored, 1 alert raised.').waitFor();
    await page.getByRole('heading', { name: '2 detectors within 2 s' }).waitFor();
    await tab.go('live/administration/reset');
    await notice.getByText('It was undone by configured').waitFor();
    expect(await page.getByRole('button', { name: 'Undo the reset' }).count()).toBe(0);
  });

  test('a key is created, shown once, and revoked', async () => {
    await tab.go('live/administration/keys');
    await page.getByLabel('Description').fill('the night shift');
    await page.getByLabel('Role').selectOption('reader');
    await page.getByRole('button', { name: 'Create key' }).click();
    const secret = await page.locator('.secret').innerText();
    const asks = async () =>
      (await fetch(`${service.url}/v1/access`, { headers: { authorization: `Bearer ${secret}` } })).status;
    expect(await asks()).toBe(200);
    await page.getByRole('button', { name: 'Close' }).click();
    await row('the night shift').getByRole('button', { name: 'Revoke' }).click();
    expect(await page.content()).not.toContain(secret);
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await row('the night shift').getByText('revoked').waitFor();
    expect(await asks()).toBe(401);
  });

  test('a contact is added, changed, removed', async () => {
    await tab.go('live/administration/contacts');
    await page.getByLabel('Name', { exact: true }).fill('Ada');
    await page.getByLabel('E-mail address').fill('ada@example.org');
    await page.getByLabel('Detector').selectOption('JUNO');
    await page.getByRole('button', { name: 'Add' }).click();
    const alerts = row('ada@example.org').getByRole('button', { name: /alerts for Ada/ });
    expect(await alerts.getAttribute('aria-pressed')).toBe('false');
    await alerts.click();
    await expect.poll(() => alerts.getAttribute('aria-pressed')).toBe('true');
    await row('ada@example.org').getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('There are no contacts.').waitFor();
  });

  test('heartbeat feedback is sent to the contacts of a detector, with a key of that detector', async () => {
    await service.post('/v1/heartbeats', { detector_name: 'KamLAND', detector_status: 'ON' });
    const contact = { detector_name: 'KamLAND', name: 'the shift', email: 'shift@example.org' };
    await service.post('/v1/admin/contacts', contact);
    const shift = { name: 'shift', role: 'detector', detectors: ['KamLAND'] };
    const { key } = await service.post('/v1/admin/keys', shift);
    const theirs = await openTab(browser, service.url, { key });
    await theirs.go('live/detectors/KamLAND');
    await theirs.page.getByRole('button', { name: 'Send feedback by e-mail' }).click();
    await theirs.page.getByText('The feedback is being sent to 1 contact.').waitFor();
    await expect.poll(() => mailbox.mails.map(({ recipient }) => recipient)).toEqual(['shift@example.org']);
    expect(mailbox.mails[0]?.parsed.subject).toContain('KamLAND');
    // What the server says stands there: it was asked for a moment ago.
    await theirs.page.getByRole('button', { name: 'Send feedback by e-mail' }).click();
    await theirs.page.getByText('The feedback of KamLAND was sent within the last minute.').waitFor();
    await theirs.go('live/detectors/JUNO');
    await theirs.page.getByRole('heading', { name: 'Last observations' }).waitFor();
    expect(await theirs.page.getByRole('button', { name: /e-mail/ }).count()).toBe(0);
    // That it is too early is what the browser itself notes of a 429.
    expect(theirs.faults.filter((fault) => !fault.includes('429'))).toEqual([]);
    await theirs.close();
    await tab.go('live/detectors/JUNO');
    await page.getByRole('button', { name: 'Send feedback by e-mail' }).waitFor();
  });

  test('a detector is added and changed', async () => {
    await tab.go('live/administration/detectors');
    await page.getByLabel('Name', { exact: true }).fill('NEW-1');
    await page.getByLabel('Number').fill('901');
    await page.getByLabel('Full name').fill('A new detector');
    await page.getByLabel('Type').fill('water Cherenkov');
    await page.getByLabel('Site').fill('Somwhere');
    await page.getByLabel('Latitude').fill('-10.5');
    await page.getByLabel('Longitude').fill('20.25');
    await page.getByRole('button', { name: 'Add' }).click();
    await row('NEW-1').getByText('-10.5, 20.25').waitFor();
    await row('NEW-1').getByRole('button', { name: 'Change' }).click();
    await page.getByRole('dialog').getByLabel('Site').fill('Somewhere');
    await page.getByRole('dialog').getByRole('button', { name: 'Change' }).click();
    await row('NEW-1').getByText('Somewhere').waitFor();
    await tab.go('live/detectors');
    await page.getByRole('link', { name: 'NEW-1, UNKNOWN, Somewhere' }).waitFor();
  });

  test('observations of a muted detector leave the sub-groups, and return when it is unmuted', async () => {
    await service.observe('Super-K', 60, { is_test: true });
    await service.observe('IceCube', 58, { is_test: true });
    await tab.go('test/administration/mute');
    await page.getByLabel('Detector').selectOption('IceCube');
    await page.getByLabel('Cache', { exact: true }).selectOption('test');
    await page.getByLabel('Reason').fill('calibration');
    await page.getByRole('button', { name: 'Mute', exact: true }).click();
    await page.getByText('IceCube is muted; 1 observation removed from sub-groups.').waitFor();
    await tab.go('test/sub-groups');
    await page.getByText('0 sub-groups of two or more detectors').waitFor();
    await tab.go('test/administration/mute');
    await page.getByLabel('Detector').selectOption('IceCube');
    await page.getByLabel('Cache', { exact: true }).selectOption('test');
    await page.getByLabel('Reason').fill('done');
    await page.getByRole('button', { name: 'Unmute' }).click();
    await page.getByText('IceCube is unmuted; 1 observation restored.').waitFor();
  });

  test('the observations of an event are saved as they are shown', async () => {
    await service.observe('Super-K', 300, { meta: { run: 42 }, uuid: '9ccdc218-2552-4e33-b023-04308a21bd20' });
    const { alerts, observation } = await service.observe('IceCube', 297, { p_val: null });
    await tab.go(`live/events/${alerts[0].event_id}`);
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save CSV' }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe(`${alerts[0].event_id}.csv`);
    const lines = (await readFile(await download.path(), 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toMatch(
      /^Super-K,.*,0\.000000000,0\.01,\d+,active,.*,9ccdc218-2552-4e33-b023-04308a21bd20,"\{""run"":42\}"$/,
    );
    expect(lines[2]).toContain(`IceCube,${observation.neutrino_time_utc},3.000000000,,`);
  });

  test('links to the former address of the audit log lead to it', async () => {
    await tab.go('live/administration/acts');
    await page.getByRole('heading', { name: 'Audit log' }).waitFor();
    expect(await page.locator('nav.parts [aria-current=page]').innerText()).toBe('Audit log');
  });

  test('with PUBLIC_READS reading requires no key, and administration still does', async () => {
    const anybody = await openTab(browser, service.url, { key: null });
    await anybody.go('firedrill/detectors');
    await anybody.page.getByRole('cell', { name: /^Super-K/ }).waitFor();
    expect(await anybody.page.getByRole('link', { name: 'Administration' }).count()).toBe(0);
    await anybody.go('live/administration/reset');
    await anybody.page.getByText('This requires an admin key').waitFor();
    expect(anybody.faults).toEqual([]);
    await anybody.close();
  });
});
