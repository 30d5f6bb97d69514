import type { Page } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import { chromiumPath } from '../support/browser.js';
import { dashboardForAllTests, openTab, type Tab } from '../support/dashboard.js';

const { service, browser } = dashboardForAllTests();
let tab: Tab;

const MOST_STEPS = 150;

/** What has the focus, as a screen reader names it. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    return element?.getAttribute('aria-label') ?? element?.textContent?.trim() ?? '';
  });

/** Presses Tab until something with this name has the focus, and checks that everything on the way can be seen. */
async function tabTo(page: Page, name: RegExp): Promise<string> {
  const passed: string[] = [];
  for (let i = 0; i < MOST_STEPS; i++) {
    await page.keyboard.press('Tab');
    const text = await focused(page);
    if (name.test(text)) return text;
    passed.push(text.slice(0, 40));
  }
  throw new Error(`Tab never came to ${name}, but to: ${passed.join(' | ')}`);
}

describe.skipIf(chromiumPath === undefined)('with the keyboard alone', () => {
  afterEach(async () => {
    await tab.close();
  });

  test('a cache is reset after its name was typed, and the focus returns to where it was', async () => {
    await service.observe('Super-K', 60, { is_test: true });
    await service.observe('IceCube', 58, { is_test: true });
    tab = await openTab(browser, service.url);
    const { page } = tab;
    await tab.go('live/now');
    await tabTo(page, /^Administration$/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Fire drill' }).waitFor();
    await tabTo(page, /^Reset$/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Reset a cache' }).waitFor();
    await tabTo(page, /^Reset Test$/);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Reset Test?' }).waitFor();

    // Escape leaves, and the button has the focus again.
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    expect(await focused(page)).toBe('Reset Test');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.type('end of the drill');
    await page.keyboard.press('Tab');
    await page.keyboard.type('tes');
    await page.keyboard.press('Enter');
    expect(await page.getByRole('dialog').count()).toBe(1);
    await page.keyboard.type('t');
    await page.keyboard.press('Enter');
    await page.getByText('Test was reset: 2 observations removed.').waitFor();
    expect(await focused(page)).toBe('Reset Test');
    await tabTo(page, /^Audit log$/);
    await page.keyboard.press('Enter');
    await page.getByText('"reason":"end of the drill","dropped":2').first().waitFor();
    expect(tab.faults).toEqual([]);
  });

  test('an event is read to the nanosecond, and its messages are opened', async () => {
    const { observation } = await service.observe('Super-K', 60);
    await service.observe('IceCube', 57, { meta: { run: 42 } });
    tab = await openTab(browser, service.url);
    const { page } = tab;
    await tab.go('live/now');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Skip to content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
    await tabTo(page, /^Event SN-/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Neutrino times' }).waitFor();
    const mark = await tabTo(page, /^Super-K, /);
    expect(mark).toContain(
      `${observation.neutrino_time_utc} UTC, 0.000000000 s after the first, p-value 0.01, sub-groups #`,
    );
    const [date, time] = observation.neutrino_time_utc.replace('Z', '').split('T');
    const shown = `${date} ${time.replace(/(\.\d{3})(\d{3})(\d{3})$/, '$1 $2 $3')} UTC`;
    expect(await page.locator('.timeline-details').innerText()).toContain(shown);
    // The ring is drawn: what has the focus can be seen.
    const ring = await page
      .locator('.mark:focus .mark-target')
      .evaluate((element) => getComputedStyle(element).strokeWidth);
    expect(ring).toBe('3px');
    await tabTo(page, /^Message as sent$/);
    await page.keyboard.press('Enter');
    await page.getByText('"sub list number"').first().waitFor();
    expect(tab.faults).toEqual([]);
  });
});
