import { randomUUID } from 'node:crypto';
import type { EngineName } from '../../domain/coincidence/engine.js';
import {
  type ExpectedStep,
  expectedSteps,
  messagesOf,
  type Scenario,
  type ScenarioMessage,
} from '../../domain/scenarios/scenario.js';
import { answered, type ServerConnection } from '../server.js';
import { type ActualStep, isAsExpected } from './compare.js';

export interface ScenarioResult {
  readonly scenario: Scenario;
  readonly engine: EngineName;
  readonly isAsExpected: boolean;
  readonly steps: readonly {
    readonly message: ScenarioMessage;
    readonly expected: ExpectedStep;
    readonly came: ActualStep;
    readonly isAsExpected: boolean;
  }[];
}

const TEST_CACHE = { params: { query: { cache: 'test' } } } as const;

/** The engine of the server's test cache. */
export async function engineOfTestCache({ client }: ServerConnection): Promise<EngineName> {
  return answered(await client.GET('/v1/coincidences', TEST_CACHE)).engine;
}

/**
 * Plays a scenario in the test cache, which it resets first, and compares each answer with what is expected of the
 * engine. Nobody else should write to the test cache meanwhile.
 */
export async function runScenario(
  server: ServerConnection,
  scenario: Scenario,
  engine: EngineName,
): Promise<ScenarioResult> {
  const reason = `scenario "${scenario.name}"`;
  answered(await server.client.POST('/v1/admin/reset', { body: { cache: 'test', reason } }));
  const expected = expectedSteps(scenario, engine);
  const steps: ScenarioResult['steps'][number][] = [];
  for (const [i, message] of messagesOf(scenario).entries()) {
    const step = expected[i];
    if (step === undefined) throw new Error(`"${scenario.name}" doesn't say what to expect after observation ${i}`);
    const came = await observe(server, message);
    steps.push({ message, expected: step, came, isAsExpected: isAsExpected(step, came) });
  }
  return { scenario, engine, steps, isAsExpected: steps.every((step) => step.isAsExpected) };
}

async function observe({ client }: ServerConnection, message: ScenarioMessage): Promise<ActualStep> {
  const body = { ...message, uuid: randomUUID(), is_test: true };
  const { alerts } = answered(await client.POST('/v1/observations', { body }));
  const { sub_groups: subGroups } = answered(await client.GET('/v1/coincidences', TEST_CACHE));
  return { alerts, subGroups };
}
