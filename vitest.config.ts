import { defineConfig } from 'vitest/config';
import LongestFirst from './test/support/sequencer.js';

export default defineConfig({
  test: {
    // One database server serves all integration tests; two workers fit the smallest machine we run on.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // CommonJS packages are imported as Node itself imports them.
    deps: { interopDefault: false },
    testTimeout: 300_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 60_000 } },
    reporters: ['default', './test/support/summary-reporter.ts'],
    projects: [
      // Without isolation one process runs many files: each would import all of the service anew. Files leave nothing behind.
      { extends: true, test: { name: 'unit', include: ['test/unit/**/*.test.ts'], isolate: false } },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          isolate: false,
          globalSetup: ['test/support/postgres-server.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'kafka',
          include: ['test/kafka/**/*.test.ts'],
          globalSetup: [
            'test/support/postgres-server.ts',
            'test/support/kafka-server.ts',
            'test/support/python-clients.ts',
          ],
        },
      },
      {
        extends: true,
        test: {
          name: 'web',
          include: ['test/web/**/*.test.ts'],
          isolate: false,
          globalSetup: ['test/support/postgres-server.ts'],
        },
      },
      { extends: true, test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'] } },
    ],
    coverage: {
      provider: 'v8',
      include: ['src/{domain,cache,intake,delivery,reads}/**/*.ts'],
      exclude: ['**/*.d.ts'],
      reporter: ['text-summary', 'html'],
      thresholds: {
        'src/{domain,cache}/**': { branches: 95 },
        'src/intake/**': { branches: 95 },
        'src/delivery/**': { branches: 90 },
        'src/reads/**': { branches: 90 },
      },
    },
  },
});
