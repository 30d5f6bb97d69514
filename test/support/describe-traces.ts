import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EngineName } from '../../src/domain/coincidence/engine.js';
import { type RestService, startRestService } from './rest-service.js';
import { type RecordedStep, readTraces, stepsBeforeFailure, type TraceOp } from './traces.js';
import { expectTrace } from './traces-over-rest.js';

interface Recording {
  readonly name: string;
  readonly ops: readonly TraceOp[];
  readonly steps: readonly RecordedStep[];
}

const traces = readTraces();
const RECORDINGS: Record<EngineName, readonly Recording[]> = {
  complete: traces.map(({ name, ops, complete }) => ({ name, ops, steps: complete })),
  reference: traces.flatMap(({ name, ops, reference }) =>
    reference === null ? [] : [{ name, ops, steps: stepsBeforeFailure(reference) }],
  ),
};

/** Traces share the test cache, so they go one after the other; several services at once use what cores there are. */
const SERVICES = 4;

/** The suite of an engine: all traces that it covers, against the whole service. */
export function describeTracesOverRest(engine: EngineName, count: number): void {
  describe(`over REST and PostgreSQL with the engine ${engine}`, () => declare(engine, count));
}

function declare(engine: EngineName, count: number): void {
  let services: RestService[];
  const failures = new Map<string, unknown>();

  beforeAll(async () => {
    services = await Promise.all(
      Array.from({ length: SERVICES }, () => startRestService({ COINCIDENCE_ENGINE: engine })),
    );
    const waiting = [...RECORDINGS[engine]];
    await Promise.all(
      services.map(async (service) => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
          const { name, ops, steps } = next;
          try {
            await expectTrace(service, ops, steps);
            expect((await service.audit('test')).differences).toEqual([]);
          } catch (error) {
            failures.set(name, error);
          }
        }
      }),
    );
  });

  afterAll(async () => {
    await Promise.all(services.map((service) => service.stop()));
  });

  test(`there are ${count} traces`, () => {
    expect(RECORDINGS[engine]).toHaveLength(count);
  });

  test.each(RECORDINGS[engine])(
    '$name: alerts and tables are as recorded after every step, the audit is clean',
    ({ name }) => {
      if (failures.has(name)) throw failures.get(name);
    },
  );

  test('the audit replayed all that each cache did since its last reset', async () => {
    for (const service of services) {
      expect(await service.differences()).toEqual([]);
      expect(await service.audit('test')).toMatchObject({ clean: true, replayed: true });
    }
  });
}
