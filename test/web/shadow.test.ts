import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { browserForAllTests, chromiumPath } from '../support/browser.js';
import { openTab, startDashboard } from '../support/dashboard.js';
import { forAllTests } from '../support/for-tests.js';

const browser = browserForAllTests();

describe.skipIf(chromiumPath === undefined)('the shadow engine on the dashboard', () => {
  describe('that runs beside the main engine', () => {
    const service = forAllTests(
      () => startDashboard({ SHADOW_ENGINE: 'reference' }),
      (dashboard) => dashboard.cleanUp(),
    );
    let eventId: string;
    beforeAll(async () => {
      // As in shadow.test.ts: snews_cs ignores JUNO's second trigger, and says again what stood.
      await service.observe('JUNO', 200);
      await service.observe('DUNE', 197);
      await service.observe('JUNO', 100);
      const { alerts } = await service.observe('DUNE', 97);
      eventId = alerts[0].event_id;
    });

    test('is told in words, with the alerts of both sides and a way to the event', async () => {
      const tab = await openTab(browser, service.url);
      const { page } = tab;
      await tab.go('live/shadow');
      await page.getByText('reference would have sent other alerts after 2 of 5 commands.').waitFor();
      await page.getByText('complete sent 2 alerts, reference would have sent 3; equal in both: 1.').waitFor();
      const streams = page.getByRole('table', { name: 'Comparison of the engines by cache' });
      await expect.poll(() => streams.locator('tbody tr').count()).toBe(3);
      const rows = page.getByRole('table', { name: /^Commands after which/ }).locator('tbody tr');
      // The newest first: other tables, then what only the shadow would have sent.
      const other = rows.nth(0);
      expect(await other.locator('td').nth(0).innerText()).toMatch(/Observation no\. 5\s+DUNE/);
      expect(await other.locator('td').nth(1).innerText()).toContain(
        'Both engines have an alert, but with different observations.',
      );
      expect(await other.locator('td').nth(2).innerText()).toMatch(/^Coincidence\s+JUNO .*\s+DUNE /);
      expect(await other.locator('td').nth(3).innerText()).toMatch(/^Update\s+JUNO .*\s+DUNE /);
      const only = rows.nth(1);
      expect(await only.locator('td').nth(2).innerText()).toBe('nothing');
      expect(await only.locator('td').nth(3).innerText()).toMatch(/^Update\s/);
      expect(await only.locator('td').nth(4).innerText()).toBe('none');

      await page.getByRole('button', { name: 'Shadow only: 1' }).click();
      await expect.poll(() => rows.count()).toBe(1);
      const downloading = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Save CSV' }).click();
      const lines = (await readFile(await (await downloading).path(), 'utf8')).trim().split('\n');
      expect(lines.slice(1)).toEqual([expect.stringContaining(',shadow-only,,"UPDATE JUNO,DUNE",,')]);

      await page.getByRole('button', { name: 'All 2' }).click();
      await other.getByRole('link', { name: eventId }).click();
      await page.getByRole('heading', { name: `Event ${eventId}` }).waitFor();
      expect(tab.faults).toEqual([]);
      await tab.close();
    });

    test('a stream without a difference says so', async () => {
      const tab = await openTab(browser, service.url);
      await tab.go('firedrill/shadow');
      await tab.page.getByText('Neither engine has an alert.').waitFor();
      await tab.page
        .getByText('There are no differences: both engines have the same alerts for every compared command.')
        .waitFor();
      await tab.page.getByRole('link', { name: 'Live', exact: true }).first().click();
      await tab.page.getByText('after 2 of 5 commands').waitFor();
      expect(tab.faults).toEqual([]);
      await tab.close();
    });
  });

  test('that is not there: how to switch it on', async () => {
    const service = await startDashboard({ COINCIDENCE_ENGINE: 'reference' });
    const tab = await openTab(browser, service.url);
    await tab.go('live/shadow');
    await tab.page.getByText('There is no shadow engine.').waitFor();
    // The engine that the server doesn't run already.
    await tab.page.getByText('SHADOW_ENGINE=complete').waitFor();
    expect(await tab.page.getByRole('table').count()).toBe(0);
    expect(tab.faults).toEqual([]);
    await tab.close();
    await service.cleanUp();
  });
});
