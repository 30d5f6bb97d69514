import { ENGINE_RULES } from '../../domain/coincidence/engine-rules.js';
import type { ObserveCommand } from '../../domain/commands.js';
import { addDuration } from '../../domain/time.js';
import type { ObservationState, ObservationView } from '../../domain/views.js';
import { observationView } from '../outcome/outcome-views.js';
import type { Verdict } from '../outcome/verdict.js';
import { type Arrival, type ObservationTimes, timesOfObservation } from '../store/arrival.js';
import { heartbeatOfObservation } from '../store/heartbeat-rows.js';
import { observationRecordOf } from '../store/records.js';
import type { RowDetails } from '../store/rows.js';
import { requireKnownDetector, requirePlausibleTime } from './admission.js';
import type { Batch } from './batch.js';
import type { Segment } from './segment.js';

/**
 * Takes an observation in: it is stored in the state that it arrives in, and the engine is told of it if that is active.
 * @throws Refusal
 */
export function observeIn(batch: Batch, command: ObserveCommand): Verdict | Promise<Verdict> {
  requireKnownDetector(command, batch.context.detectors);
  requirePlausibleTime(command);
  const arrival = batch.arrivals.of(command);
  batch.quota.take('observations', command, arrival);

  const { command: order } = batch.record(command);
  batch.transcript.count('observations', command.detectorName, arrival.minute);
  if (command.cache === 'live') batch.transcript.addHeartbeat(heartbeatOfObservation(command, batch.now));
  const times = timesOfObservation(command);
  const state = store(batch, command, order, arrival, times);
  const view = () => observationView(command, times, state);
  if (state !== 'active') {
    return {
      kind: 'accepted',
      answer: () => ({ duplicate: false, observation: view(), sub_groups: [], alerts: [] }),
    };
  }

  const row = {
    order,
    uuid: command.uuid,
    id: command.id,
    detectorName: command.detectorName,
    neutrinoTime: times.neutrinoTime,
    receivedTime: command.receivedTime,
    pVal: command.pVal,
    isPreSn: command.isPreSn,
    machineTime: times.machineTime,
    meta: command.meta,
  };
  const segment = batch.loadedSegment;
  if (segment !== undefined) return coincide(batch, command, row, segment, view);
  return batch.engineSegment().then((loaded) => coincide(batch, command, row, loaded, view));
}

/** Gathers the observation to be written. @returns the state that it arrives in */
function store(
  batch: Batch,
  command: ObserveCommand,
  order: number,
  arrival: Arrival,
  times: ObservationTimes,
): ObservationState {
  const expires = addDuration(
    command.cache === 'test' ? command.receivedTime : command.neutrinoTime,
    batch.settings.expiration,
  );
  const retractedBy = pendingRetraction(batch, command, arrival);
  const state = arrivalState(batch, command, retractedBy !== null, command.receivedTime > expires);
  batch.transcript.observation(
    observationRecordOf(command, order, times, { expires_ns: expires, state, retracted_by: retractedBy }),
  );
  return state;
}

/** Tells the engine of an active observation. */
function coincide(
  batch: Batch,
  command: ObserveCommand,
  row: RowDetails,
  segment: Segment,
  view: () => ObservationView,
): Verdict {
  const { order } = row;
  segment.arrived.set(order, row);
  const observation = { order, detector: command.detectorName, time: command.neutrinoTime };
  const cause = { messageUuid: command.uuid, command: order, fate: 'closed' as const };
  const effect = segment.apply({ kind: 'observe', observation }, cause);
  return {
    kind: 'accepted',
    answer: async () => {
      const { alerts, tables } = batch.outcomeOf(effect);
      return { duplicate: false, observation: view(), sub_groups: await tables(order), alerts };
    },
  };
}

/** The uuid of a retraction that came before this observation, from the same detector. */
function pendingRetraction(batch: Batch, command: ObserveCommand, { receivedMs }: Arrival): string | null {
  const { pending } = batch.context;
  const retraction = pending.find(
    ({ target, detector, expires_at }) =>
      target === command.uuid && detector === command.detectorName && expires_at >= receivedMs,
  );
  return retraction?.by ?? null;
}

function arrivalState(batch: Batch, command: ObserveCommand, isRetracted: boolean, tooOld: boolean): ObservationState {
  if (isRetracted) return 'retracted';
  if (tooOld && ENGINE_RULES[batch.row.engine].expires) return 'expired';
  return batch.muted.has(command.detectorName) ? 'muted' : 'active';
}
