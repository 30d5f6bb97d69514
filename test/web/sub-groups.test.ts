import { beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath } from '../support/browser.js';
import { dashboardForAllTests, openTab } from '../support/dashboard.js';

const SUB_GROUPS = 1_000;
const SECONDS_APART = 30;
/** Of a screen of 800 px with its spare rows; all of them are 1,000. */
const MOST_ROWS_AT_ONCE = 80;
const SENT_AT_ONCE = 50;

const { service, browser } = dashboardForAllTests();

describe.skipIf(chromiumPath === undefined)('a thousand sub-groups', () => {
  beforeAll(async () => {
    const pairs = Array.from({ length: SUB_GROUPS }, (_, i) => i * SECONDS_APART + 60);
    for (const detector of ['Super-K', 'IceCube']) {
      for (let i = 0; i < pairs.length; i += SENT_AT_ONCE) {
        await Promise.all(pairs.slice(i, i + SENT_AT_ONCE).map((ago) => service.observe(detector, ago)));
      }
    }
  });

  test('scroll; only those on the screen exist, and each is drawn once', async () => {
    const tab = await openTab(browser, service.url);
    const { page } = tab;
    await tab.go('live/sub-groups');
    await page.getByText('1,000 sub-groups of two or more detectors').waitFor();
    const list = page.locator('.virtual-scroller');
    expect(await page.locator('.virtual').getAttribute('aria-rowcount')).toBe(String(SUB_GROUPS + 1));
    const { seen, blank, most, drawn } = await list.evaluate(async (element) => {
      let drawnRows = 0;
      const isRow = (node: Node) => node instanceof Element && node.role === 'row';
      const changes = new MutationObserver((records) => {
        for (const { target, addedNodes } of records) {
          drawnRows += [...addedNodes].filter(isRow).length;
          // What changes within a row that stands: it is drawn again.
          if (target !== element && target instanceof Element && target.closest('[role=row]') !== null) drawnRows++;
        }
      });
      changes.observe(element, { subtree: true, childList: true, characterData: true });
      const numbers = new Set<string>();
      let blanks = 0;
      let existing = 0;
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      while (element.scrollTop + element.clientHeight < element.scrollHeight - 1) {
        element.scrollTop += 300;
        await frame();
        await frame();
        const { top, bottom } = element.getBoundingClientRect();
        const rows = [...element.querySelectorAll('[role=row]')];
        existing = Math.max(existing, rows.length);
        for (const row of rows) numbers.add(row.querySelector('[role=cell]')?.textContent ?? '');
        const isCovered = (y: number) =>
          rows.some((row) => row.getBoundingClientRect().top <= y && row.getBoundingClientRect().bottom >= y);
        if (!isCovered(top + 5) || !isCovered(bottom - 8)) blanks++;
      }
      await frame();
      return { seen: numbers.size, blank: blanks, most: existing, drawn: drawnRows };
    });
    expect(seen).toBe(SUB_GROUPS);
    expect(blank).toBe(0);
    expect(most).toBeLessThan(MOST_ROWS_AT_ONCE);
    expect(drawn).toBeLessThanOrEqual(SUB_GROUPS);
    expect(tab.faults).toEqual([]);
    await tab.close();
  });
});
