import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { LONG_FILES } from '../../support/long-files.js';

it('the files that are begun first are there', () => {
  expect(LONG_FILES.filter((file) => !existsSync(new URL(`../../../${file}`, import.meta.url)))).toEqual([]);
});
