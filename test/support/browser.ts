import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { forAllTests } from './for-tests.js';
import { missing } from './missing.js';

const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Where Chromium is; undefined, after a loud line, where there is none: skip then. */
export const chromiumPath: string | undefined = existsSync(EXECUTABLE)
  ? EXECUTABLE
  : missing('Chromium', `apt-get install chromium, or say in CHROMIUM where it is (${EXECUTABLE} is not there)`);

export function launchBrowser(): Promise<Browser> {
  // As root, as in containers, Chromium's own sandbox doesn't start.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: chromiumPath ?? EXECUTABLE, args });
}

export function browserForAllTests(): Browser {
  return forAllTests(launchBrowser, (browser) => browser.close());
}
