import axe from 'axe-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath } from '../support/browser.js';
import { dashboardForAllTests, openTab } from '../support/dashboard.js';

const MOST_BYTES = 150 * 1024;
/** A folder for pictures of every page, for those who want to look at them. */
const PICTURES = process.env['SCREENSHOTS'];

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

const { service, browser } = dashboardForAllTests(() => ({ SHADOW_ENGINE: 'reference' }));
let eventId: string;

const pages = () => [
  'live/now',
  'firedrill/now',
  'test/now',
  'live/events',
  `live/events/${eventId}`,
  'live/sub-groups',
  'live/detectors',
  'live/detectors/Super-K',
  'live/rates',
  'live/shadow',
  ...['fire-drill', 'reset', 'keys', 'contacts', 'detectors', 'mute', 'dead-letters', 'deliveries', 'audit-log'].map(
    (part) => `live/administration/${part}`,
  ),
];

describe.skipIf(chromiumPath === undefined)('the pages of the dashboard', () => {
  beforeAll(async () => {
    const heartbeat = { detector_name: 'Super-K', detector_status: 'ON' };
    await service.post('/v1/heartbeats', heartbeat);
    await service.post('/v1/heartbeats', { ...heartbeat, detector_name: 'LVD', detector_status: 'OFF' });
    for (const fields of [{ is_firedrill: true }, { is_test: true }, {}]) {
      await service.observe('Super-K', 60, fields);
      await service.observe('IceCube', 57, { meta: { run: 42 }, ...fields });
      const { observation } = await service.observe('JUNO', 55, fields);
      const { alerts } = await service.observe('LZ', 47, fields);
      eventId = alerts[0].event_id;
      const { uuid } = observation;
      await service.post('/v1/retractions', { detector_name: 'JUNO', retract_message_uuid: uuid, ...fields });
    }
    await service.post('/v1/admin/contacts', { name: 'the night shift', email: 'night@example.org' });
    await service.post('/v1/admin/keys', { name: 'the night shift', role: 'reader', detectors: [] });
  });

  // Of the rules two depend on the colours.
  test.each([
    ['dark', {}],
    ['light', { runOnly: ['color-contrast', 'link-in-text-block'] }],
  ] as const)('%s: axe finds no violation, nothing leaves the origin, no error', async (colorScheme, rules) => {
    const tab = await openTab(browser, service.url, { colorScheme, reducedMotion: 'reduce' });
    await tab.page.addInitScript(axe.source);
    const options = JSON.stringify({ resultTypes: ['violations'], ...rules });
    const found: Record<string, unknown> = {};
    for (const where of pages()) {
      await tab.go(where);
      // Until all that the page asks for is there.
      await expect.poll(() => tab.page.getByText('Loading…').count()).toBe(0);
      const violations = (await tab.page.evaluate(
        `axe.run(document, ${options}).then(({ violations }) => violations)`,
      )) as readonly Violation[];
      if (violations.length > 0) {
        found[where] = violations.map(({ id, nodes }) => [
          id,
          nodes.map(({ html, failureSummary }) => [html, failureSummary]),
        ]);
      }
    }
    expect(found).toEqual({});
    expect(tab.faults).toEqual([]);
    await tab.close();
  });

  // Widths depend on no colour: those who want pictures get both.
  test.each(PICTURES === undefined ? (['dark'] as const) : (['dark', 'light'] as const))(
    '%s: nothing is wider than a screen of 360, 1280 or 2560 px',
    async (colorScheme) => {
      const tab = await openTab(browser, service.url, { colorScheme, reducedMotion: 'reduce' });
      for (const where of pages()) {
        await tab.go(where);
        await expect.poll(() => tab.page.getByText('Loading…').count()).toBe(0);
        for (const width of [360, 1280, 2560]) {
          await tab.page.setViewportSize({ width, height: 800 });
          // Charts follow a new width a moment later.
          const excess = () => tab.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          await expect.poll(excess, { message: `${where} at ${width} px` }).toBeLessThanOrEqual(0);
          if (PICTURES === undefined) continue;
          const name = where.replace(eventId, 'event').replaceAll('/', '-');
          await tab.page.screenshot({ path: `${PICTURES}/${name}-${width}-${colorScheme}.png`, fullPage: true });
        }
      }
      await tab.close();
    },
  );

  test('a map and a chart, which are loaded when they are needed, are there the second time too', async () => {
    const tab = await openTab(browser, service.url);
    for (const [where, part] of [
      ['live/detectors', '.map-land'],
      ['live/rates', 'canvas'],
      ['live/detectors', '.map-land'],
      ['live/rates', 'canvas'],
    ] as const) {
      await tab.go(where);
      await tab.page.locator(part).first().waitFor({ state: 'attached' });
    }
    expect(tab.faults).toEqual([]);
    await tab.close();
  });

  test('the first load is at most 150 KB, and what it loads may be kept for good', async () => {
    const tab = await openTab(browser, service.url);
    const sizes: Promise<number>[] = [];
    tab.page.on('requestfinished', (request) => {
      if (!request.url().includes('/v1/')) sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
    });
    await tab.go('live/now');
    const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    expect(sizes.length).toBeGreaterThanOrEqual(3);
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(MOST_BYTES);
    const assets = tab.requested.filter((address) => address.includes('/assets/'));
    for (const address of assets) {
      expect((await fetch(address)).headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    }
    expect((await fetch(`${service.url}/`)).headers.get('cache-control')).toBe('no-cache');
    await tab.close();
  });

  test('the policy of the page allows nothing inline; that of the API allows nothing', async () => {
    const policy = (await fetch(`${service.url}/`)).headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("style-src 'self';");
    expect(policy).not.toMatch(/unsafe|https?:|\*|data:/);
    const api = (await fetch(`${service.url}/v1/alerts`)).headers.get('content-security-policy');
    expect(api).toBe("default-src 'none';frame-ancestors 'none'");
  });

  test('the key is asked for once, stays in the tab, and goes out as a header only', async () => {
    const tab = await openTab(browser, service.url, { key: null });
    const { page } = tab;
    const key = 'admin-key-of-the-tests-0123456789abcdef';
    const sentWithout: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('/v1/status') && request.headers()['authorization'] === undefined)
        sentWithout.push(request.url());
    });
    await tab.go('live/detectors');
    await page.getByText('This requires a reader or admin key').waitFor();
    await page.getByRole('button', { name: 'Enter key' }).click();
    await page.getByLabel('Key', { exact: true }).fill(key);
    await page.getByRole('button', { name: 'Use this key' }).click();
    await page.getByRole('button', { name: 'Key: admin' }).waitFor();
    await page.getByRole('cell', { name: 'Super-K' }).first().waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Key: admin' }).waitFor();
    expect(sentWithout).toEqual([]);
    expect(tab.requested.filter((address) => address.includes(key))).toEqual([]);
    expect(page.url()).not.toContain(key);
    expect(await page.evaluate(() => JSON.stringify([{ ...localStorage }, document.cookie]))).not.toContain(key);
    expect(await page.evaluate(() => document.documentElement.outerHTML)).not.toContain(key);
    // Another tab knows nothing of it.
    const other = await page.context().newPage();
    await other.goto(`${service.url}/`);
    await other.getByRole('button', { name: 'Enter key' }).waitFor();
    expect(tab.faults).toEqual([]);
    await tab.close();
  });
});
