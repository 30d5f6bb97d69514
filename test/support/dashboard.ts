import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { readConfig } from '../../src/config/config.js';
import { formatUtc, fromPosixMilliseconds } from '../../src/domain/time.js';
import { startService } from '../../src/service/start.js';
import { browserForAllTests } from './browser.js';
import { createMigratedDatabase } from './database.js';
import { forAllTests } from './for-tests.js';
import { silentLog } from './logs.js';
import { freePort } from './service-process.js';

const BUILT = fileURLToPath(new URL('../../dist/web/index.html', import.meta.url));
const ADMIN_KEY = 'admin-key-of-the-tests-0123456789abcdef';

/** The whole service with its dashboard, on a database and a port of its own. */
export interface DashboardService {
  readonly url: string;
  /** Posts as an administrator. @throws if it isn't taken */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  post(path: string, body: object): Promise<any>;
  /** An observation of these seconds before the service was made: their spans are exact. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  observe(detector: string, secondsAgo: number, fields?: object): Promise<any>;
  /** Ends the service; `start` brings it back on the same port and database. */
  stop(): Promise<void>;
  start(): Promise<void>;
  cleanUp(): Promise<void>;
}

export async function startDashboard(environment: Record<string, string> = {}): Promise<DashboardService> {
  if (!existsSync(BUILT)) throw new Error('the dashboard is not built: npm run build');
  const database = await createMigratedDatabase();
  const made = Date.now();
  const port = await freePort();
  const config = readConfig({
    PORT: String(port),
    ADMIN_API_KEY: ADMIN_KEY,
    RATE_LIMIT: '0',
    STREAMS_PER_ADDRESS: '0',
    STREAMS_PER_KEY: '0',
    DETECTOR_QUOTA: '0',
    ...environment,
  });
  const launch = () => startService(config, database.url, silentLog);
  let app: Awaited<ReturnType<typeof launch>> | undefined = await launch();
  const url = app.url;

  async function post(path: string, body: object) {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  }

  return {
    url,
    post,
    observe: (detector_name, secondsAgo, fields = {}) => {
      const neutrino_time_utc = formatUtc(fromPosixMilliseconds(made - secondsAgo * 1000));
      return post('/v1/observations', { detector_name, neutrino_time_utc, p_val: 0.01, ...fields });
    },
    async stop() {
      await app?.stop();
      app = undefined;
    },
    async start() {
      app ??= await launch();
    },
    async cleanUp() {
      await app?.stop();
      await database.drop();
    },
  };
}

/** A tab, and what goes wrong in it. */
export interface Tab {
  readonly page: Page;
  /** Errors on the console, exceptions, requests to anywhere but the service. */
  readonly faults: readonly string[];
  /** Addresses of all that was requested. */
  readonly requested: readonly string[];
  /** Goes to a page of the dashboard, like `live/now`, and waits until it is there. */
  go(where: string): Promise<void>;
  close(): Promise<void>;
}

export interface TabOptions extends BrowserContextOptions {
  /** The key in the tab, by default the administrator's; null: none. */
  readonly key?: string | null;
}

const KEY_STORED_AS = 'snews-key';

export async function openTab(
  browser: Browser,
  url: string,
  { key = ADMIN_KEY, ...options }: TabOptions = {},
): Promise<Tab> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  if (key !== null) {
    const stored = JSON.stringify([KEY_STORED_AS, key]);
    await context.addInitScript(`sessionStorage.setItem(...${stored})`);
  }
  const page = await context.newPage();
  const faults: string[] = [];
  const requested: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      faults.push(`console: ${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => faults.push(`exception: ${error.message}`));
  page.on('request', (request) => {
    const address = request.url();
    requested.push(address);
    if (!address.startsWith(`${url}/`) && !address.startsWith('blob:')) faults.push(`foreign request: ${address}`);
  });
  return {
    page,
    faults,
    requested,
    async go(where) {
      await page.goto(`${url}/#/${where}`);
      await page.locator('main h1').first().waitFor();
      await page.locator('.status-item', { hasText: 'connected' }).waitFor();
    },
    close: () => context.close(),
  };
}

/** Notes from now on when each alert of the list first stood on the screen. @returns reads the notes: by sequence, POSIX milliseconds */
export async function noteArrivals(page: Page): Promise<() => Promise<Readonly<Record<number, number>>>> {
  // As text: it runs in the page.
  await page.evaluate(`
    globalThis.arrivals = {};
    new MutationObserver(() => {
      for (const cell of document.querySelectorAll('table.data tbody td:first-child'))
        globalThis.arrivals[Number.parseInt(cell.textContent, 10)] ??= Date.now();
    }).observe(document.body, { childList: true, subtree: true, characterData: true });`);
  return () => page.evaluate('globalThis.arrivals');
}

/** A service with the dashboard and a browser, for all tests of a `describe`. */
export function dashboardForAllTests(environment: () => Record<string, string> = () => ({})) {
  const service = forAllTests(
    () => startDashboard(environment()),
    (started) => started.cleanUp(),
  );
  return { service, browser: browserForAllTests() };
}
