import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { type Instant, parseUtc } from '../../src/domain/time.js';
import type { AlertView, CoincidencesView, ObserveAnswer, RetractAnswer } from '../../src/domain/views.js';
import type { RestService } from './rest-service.js';
import { expectSteps, type PlayedStep, type RecordedStep, type TraceOp } from './traces.js';

/** More than any trace has: all of a detector's. */
const ALL = 1_000;

/** Whose uuid the newest observation of an id has. */
type Uuids = Map<string, { readonly uuid: string; readonly detector: string }>;

/**
 * Posts the ops of a trace to the test cache one after the other, and fails unless each answers with the recorded
 * alerts and leaves the recorded tables.
 */
export async function expectTrace(
  service: RestService,
  ops: readonly TraceOp[],
  recorded: readonly RecordedStep[],
): Promise<void> {
  await reset(service);
  const uuids: Uuids = new Map();
  const played: PlayedStep[] = [];
  for (const op of ops.slice(0, recorded.length)) {
    const alerts = await post(service, op, uuids);
    const tables = await service.get<CoincidencesView>('/v1/coincidences?cache=test');
    played.push({
      alerts: alerts.map((alert) => ({
        type: alert.alert_type,
        subGroup: alert.sub_group,
        names: alert.detector_names,
        times: alert.neutrino_times.map((time): Instant => parseUtc(time)),
        pValues: alert.p_values,
        average: alert.p_values_average,
      })),
      table: tables.sub_groups.flatMap(({ number, rows }) =>
        rows.map(({ id, neutrino_time_delta }) => ({ subGroup: number, id, delta: neutrino_time_delta })),
      ),
    });
  }
  expectSteps(played, recorded.map(bySubGroup));
}

/** The service shows a table per sub-group; the traces of snews_cs mix them. */
function bySubGroup({ alerts, table }: RecordedStep): RecordedStep {
  return { alerts, table: table.toSorted(([a], [b]) => a - b) };
}

async function reset(service: RestService): Promise<void> {
  const { status } = await service.post('/v1/admin/reset', { cache: 'test', reason: 'a trace begins' });
  expect(status).toBe(200);
}

async function post(service: RestService, op: TraceOp, uuids: Uuids): Promise<readonly AlertView[]> {
  switch (op.op) {
    case 'observe': {
      const { op: _, ...message } = op;
      const uuid = randomUUID();
      uuids.set(op.id, { uuid, detector: op.detector_name });
      const answer = await service.post<ObserveAnswer>('/v1/observations', { ...message, uuid, is_test: true });
      expect(answer.status).toBe(201);
      return answer.body.alerts;
    }
    case 'retract_detector':
      return retract(service, op.detector_name, { retract_latest_n: ALL }, [200, 404]);
    case 'retract_latest':
      return retract(service, op.detector_name, { retract_latest_n: op.n }, [200, 404]);
    case 'retract_id': {
      const known = uuids.get(op.id);
      const target = { retract_message_uuid: known?.uuid ?? randomUUID() };
      return retract(service, op.detector_name, target, [statusOf(known, op.detector_name)]);
    }
    case 'reset':
      await reset(service);
      return [];
  }
}

/** One that nobody has seen waits; another detector's is refused. */
function statusOf(known: { readonly detector: string } | undefined, detector: string): number {
  if (known === undefined) return 202;
  return known.detector === detector ? 200 : 403;
}

async function retract(
  service: RestService,
  detector: string,
  target: object,
  statuses: readonly number[],
): Promise<readonly AlertView[]> {
  const message = { detector_name: detector, ...target, uuid: randomUUID(), is_test: true };
  const { status, body } = await service.post<RetractAnswer>('/v1/retractions', message);
  expect(statuses, `${JSON.stringify(message)} was answered ${status} ${JSON.stringify(body)}`).toContain(status);
  return status === 200 ? body.alerts : [];
}
