import { beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath } from '../support/browser.js';
import { dashboardForAllTests, openTab } from '../support/dashboard.js';

const ATTACKS = [
  '<img src=x onerror="globalThis.owned=1">',
  '"><script>globalThis.owned=1</script>',
  '<svg onload=globalThis.owned=1>',
  'javascript:globalThis.owned=1',
  '{{constructor.constructor("globalThis.owned=1")()}}',
];

const { service, browser } = dashboardForAllTests(() => ({ SHADOW_ENGINE: 'reference' }));
let eventId: string;

describe.skipIf(chromiumPath === undefined)('what others wrote', () => {
  beforeAll(async () => {
    const all = ATTACKS.join(' ');
    const where = { type: ATTACKS[1], site: ATTACKS[2], latitude: 10, longitude: 20 };
    await service.post('/v1/admin/detectors', { name: ATTACKS[0], id: 900, full_name: all.slice(0, 100), ...where });
    // snews_cs ignores a detector's second trigger: what follows differs, with its name.
    await service.observe(ATTACKS[0] ?? '', 300);
    await service.observe('DUNE', 299);
    await service.observe('Super-K', 60, { id: all.slice(0, 250), meta: { note: all, [ATTACKS[0] ?? '']: ATTACKS } });
    await service.observe(ATTACKS[0] ?? '', 59);
    const { alerts } = await service.observe('IceCube', 58, { id: ATTACKS[1], meta: { note: all } });
    eventId = alerts[0].event_id;
    for (const attack of ATTACKS) {
      await service.post('/v1/admin/keys', { name: attack, role: 'reader', detectors: [] });
      await service.post('/v1/admin/contacts', { name: attack, email: `a${ATTACKS.indexOf(attack)}@example.org` });
      await service.post('/v1/admin/reset', { cache: 'test', reason: attack });
      await service.post('/v1/admin/detectors/LVD/mute', { reason: attack, cache: 'test' });
    }
  });

  test('stays text, wherever it is shown', async () => {
    const tab = await openTab(browser, service.url);
    const { page } = tab;
    const shown: Record<string, string> = {
      'live/now': 'onerror=',
      'live/detectors': 'onerror=',
      'live/sub-groups': 'onerror=',
      'live/rates': 'onerror=',
      'live/shadow': 'onerror=',
      'live/administration/contacts': 'onerror=',
      'live/administration/detectors': 'onerror=',
      [`live/events/${eventId}`]: 'onerror=',
      'live/detectors/IceCube': '<script>',
      'live/administration/keys': '<svg onload',
      'live/administration/acts': 'javascript:',
      // Part of the address, as a link in a mail could have it.
      [`live/detectors/${encodeURIComponent(ATTACKS[0] ?? '')}`]: 'onerror=',
      [`live/events/${encodeURIComponent(ATTACKS[1] ?? '')}`]: '<script>',
    };
    for (const [where, text] of Object.entries(shown)) {
      await page.goto(`${service.url}/#/${where}`);
      await page.locator('main', { hasText: text }).waitFor();
      expect(
        await page.locator('main').locator('img, script, [onerror], [onload], a[href^="javascript"]').count(),
      ).toBe(0);
    }
    await page.goto(`${service.url}/#/live/events/${eventId}`);
    await page.getByText('Message as sent').first().waitFor();
    for (const message of await page.getByText('Message as sent').all()) await message.click();
    await page.locator('pre', { hasText: 'onerror=' }).first().waitFor();
    expect(await page.evaluate('globalThis.owned')).toBe(undefined);
    // That there is no such detector, or event, is what the browser itself notes of a 404.
    expect(tab.faults.filter((fault) => !fault.includes('404'))).toEqual([]);
    await tab.close();
  });

  test('and if a script wrote HTML after all, the browser would not let it', async () => {
    const tab = await openTab(browser, service.url);
    await tab.go('live/now');
    // Not from the console, which is free to do all: as the page's own script.
    const outcome = await tab.page.evaluate(() => {
      try {
        document.body.innerHTML = '<b>x</b>';
        return 'written';
      } catch (error) {
        return (error as Error).name;
      }
    });
    expect(outcome).toBe('TypeError');
    await tab.close();
  });
});
