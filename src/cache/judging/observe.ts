import type { ObserveCommand } from '../../domain/commands.js';
import { addDuration, formatUtc, toPosixMilliseconds } from '../../domain/time.js';
import type { ObservationState } from '../../domain/views.js';
import { observationView } from '../outcome/present.js';
import type { Verdict } from '../outcome/verdict.js';
import { beatOfObservation } from '../store/heartbeats.js';
import type { RowDetails } from '../store/rows.js';
import { requireKnownDetector, requirePlausibleTime } from './admission.js';
import type { Batch } from './batch.js';
import { minuteOf } from './quota.js';
import type { Segment } from './segment.js';

/** An observation comes in: refused, or stored in the state it arrives in, and told to the engine if that is active. */
export function observeIn(batch: Batch, command: ObserveCommand): Verdict | Promise<Verdict> {
  requireKnownDetector(command, batch.context.detectors);
  requirePlausibleTime(command);
  batch.quota.take('observations', command);

  const cause = batch.record(command);
  batch.transcript.count('observations', command.detectorName, minuteOf(command));
  if (command.cache === 'live') batch.transcript.beat(beatOfObservation(command, batch.now));
  const expires = addDuration(
    command.cache === 'test' ? command.receivedTime : command.neutrinoTime,
    batch.settings.expiration,
  );
  const retractedBy = pendingRetraction(batch, command);
  const state = arrivalState(batch, command, retractedBy !== null, command.receivedTime > expires);
  const neutrinoTime = formatUtc(command.neutrinoTime);
  const machineTime = command.machineTime === null ? null : formatUtc(command.machineTime);
  batch.transcript.observation({
    uuid: command.uuid,
    command: cause.command,
    id: command.id,
    detector_name: command.detectorName,
    neutrino_time: neutrinoTime,
    neutrino_ns: command.neutrinoTime,
    received_ns: command.receivedTime,
    expires_ns: expires,
    state,
    p_val: command.pVal,
    is_pre_sn: command.isPreSn,
    machine_time: machineTime,
    sent_time: command.sentTime === null ? null : formatUtc(command.sentTime),
    schema_version: command.schemaVersion,
    meta: command.meta,
    retracted_by: retractedBy,
  });
  if (state !== 'active') {
    return {
      kind: 'accepted',
      answer: () => ({ duplicate: false, observation: observationView(command, state), sub_groups: [], alerts: [] }),
    };
  }

  const arrived = {
    order: cause.command,
    uuid: command.uuid,
    id: command.id,
    detectorName: command.detectorName,
    neutrinoTime,
    receivedTime: command.receivedTime,
    pVal: command.pVal,
    isPreSn: command.isPreSn,
    machineTime,
    meta: command.meta,
  };
  const segment = batch.loadedSegment;
  if (segment !== undefined) return coincide(batch, command, arrived, segment);
  return batch.engineSegment().then((loaded) => coincide(batch, command, arrived, loaded));
}

/** An observation that takes part is told to the engine. */
function coincide(batch: Batch, command: ObserveCommand, arrived: RowDetails, segment: Segment): Verdict {
  const { order } = arrived;
  segment.arrived.set(order, arrived);
  const observation = { order, detector: command.detectorName, time: command.neutrinoTime };
  const cause = { messageUuid: command.uuid, command: order, fate: 'closed' as const };
  const effect = segment.apply({ kind: 'observe', observation }, cause);
  return {
    kind: 'accepted',
    answer: async () => {
      const { alerts, tables } = batch.outcomeOf(effect);
      const observed = observationView(command, 'active');
      return { duplicate: false, observation: observed, sub_groups: await tables(order), alerts };
    },
  };
}

/** The uuid of a retraction that came before this observation, from the same detector. */
function pendingRetraction(batch: Batch, command: ObserveCommand): string | null {
  const { pending } = batch.context;
  if (pending.length === 0) return null;
  const received = toPosixMilliseconds(command.receivedTime);
  const retraction = pending.find(
    ({ target, detector, expires_at }) =>
      target === command.uuid && detector === command.detectorName && expires_at >= received,
  );
  return retraction?.by ?? null;
}

function arrivalState(batch: Batch, command: ObserveCommand, withdrawn: boolean, tooOld: boolean): ObservationState {
  if (withdrawn) return 'retracted';
  // Nothing expires under the engine that reproduces snews_cs.
  if (tooOld && batch.row.engine !== 'reference') return 'expired';
  return batch.muted.has(command.detectorName) ? 'muted' : 'active';
}
