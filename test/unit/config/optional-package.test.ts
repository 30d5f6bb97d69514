import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { loadOptional, MissingPackage } from '../../../src/config/optional-package.js';

const require = createRequire(import.meta.url);

it('loads a package that is installed', async () => {
  expect(await loadOptional('A test', () => import('uuid'))).toHaveProperty('v5');
});

it.each(['no-such-package', '@no-such/package'])(
  'tells how to install %s, of which a feature needs a file',
  async (name) => {
    const loading = loadOptional('SLACK_TOKEN', async () => require(`${name}/lib/file.js`));
    await expect(loading).rejects.toThrow(
      new MissingPackage(
        `SLACK_TOKEN needs the npm package ${name}, which is not installed: run "npm ci" without --omit=optional.`,
      ),
    );
  },
);

it('passes other errors on, also that a file of our own is missing', async () => {
  const file = './no-such-file.js';
  await expect(loadOptional('A test', async () => require(file))).rejects.not.toThrow(MissingPackage);
  await expect(loadOptional('A test', () => Promise.reject(new RangeError('away')))).rejects.toThrow(RangeError);
});
