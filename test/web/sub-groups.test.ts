import { beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath } from '../support/browser.js';
import { dashboardForAllTests, openTab } from '../support/dashboard.js';

const SUB_GROUPS = 1_000;
const SECONDS_APART = 30;
const LONGEST_TASK_MILLISECONDS = 100;
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

  test('scroll without a task over 100 ms; only those on the screen exist', async () => {
    const tab = await openTab(browser, service.url);
    const { page } = tab;
    await tab.go('live/sub-groups');
    await page.getByText('1,000 sub-groups of two or more detectors').waitFor();
    const list = page.locator('.virtual-scroller');
    expect(await page.locator('.virtual').getAttribute('aria-rowcount')).toBe(String(SUB_GROUPS + 1));
    const { longest, seen, blank, most } = await list.evaluate(async (element) => {
      const tasks: number[] = [];
      new PerformanceObserver((entries) => tasks.push(...entries.getEntries().map(({ duration }) => duration))).observe(
        {
          type: 'longtask',
        },
      );
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
      return { longest: Math.max(0, ...tasks), seen: numbers.size, blank: blanks, most: existing };
    });
    expect(seen).toBe(SUB_GROUPS);
    expect(blank).toBe(0);
    expect(most).toBeLessThan(80);
    expect(longest).toBeLessThan(LONGEST_TASK_MILLISECONDS);
    expect(tab.faults).toEqual([]);
    await tab.close();
  });
});
