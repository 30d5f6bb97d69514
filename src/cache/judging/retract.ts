import type { Observation } from '../../domain/coincidence/engine.js';
import { ENGINE_RULES } from '../../domain/coincidence/engine-rules.js';
import { Rejection, type RetractCommand } from '../../domain/commands.js';
import type { Effect } from '../outcome/effects.js';
import type { Verdict } from '../outcome/verdict.js';
import { active as activeIn, type Standing } from '../store/rows.js';
import { requireKnownDetector } from './admission.js';
import type { Batch } from './batch.js';
import { expireNear } from './expire.js';

/** Retracts observations of a detector that are in this cache. */
export async function retractIn(batch: Batch, command: RetractCommand): Promise<Verdict> {
  requireKnownDetector(command, batch.context.detectors);
  // Retractions without a result count too: looking for the observation costs as much.
  const arrival = batch.arrivals.of(command);
  batch.quota.take('retractions', command, arrival);
  batch.transcript.count('retractions', command.detectorName, arrival.minute);
  const found = 'uuid' in command.target ? targetOf(batch, command, command.target.uuid) : undefined;
  if ('latest' in command.target || (ENGINE_RULES[batch.row.engine].retractsAll && found !== undefined)) {
    return retractLatest(batch, command, 'latest' in command.target ? command.target.latest : null);
  }
  const cause = { ...batch.record(command), fate: 'retracted' as const };
  if (found === undefined) {
    const dropped = 'uuid' in command.target ? batch.targets.get(command.target.uuid) : undefined;
    // Undoing the reset must not bring the observation back.
    if (dropped?.state === 'reset') batch.changeState(dropped.observation.order, 'reset', command.uuid);
    return accepted(batch, [], undefined);
  }
  const wasActive = found.state === 'active';
  batch.changeState(found.observation.order, 'retracted', command.uuid);
  if (!wasActive) return accepted(batch, [found.uuid], undefined);
  const segment = await batch.engineSegment();
  const effect = segment.apply(
    { kind: 'retract', detector: command.detectorName, observations: [found.observation] },
    cause,
  );
  return accepted(batch, [found.uuid], effect);
}

/**
 * The observation that the message names, if it is active or muted.
 * @throws Refusal if it belongs to another detector
 */
function targetOf(
  batch: Batch,
  command: RetractCommand,
  uuid: string,
): { uuid: string; observation: Observation; state: string } | undefined {
  const target = batch.targets.get(uuid);
  if (target === undefined) throw new Error(`the observation ${uuid} is not in the cache ${batch.row.name}`);
  if (target.observation.detector !== command.detectorName) {
    throw new Rejection(
      'forbidden',
      `the observation ${uuid} is ${target.observation.detector}'s: only that detector can retract it`,
      'retract_message_uuid',
    );
  }
  return target.state === 'active' || target.state === 'muted' ? { uuid, ...target } : undefined;
}

async function retractLatest(batch: Batch, command: RetractCommand, latest: number | null): Promise<Verdict> {
  await batch.flush();
  const { retractsAll, expires } = ENGINE_RULES[batch.row.engine];
  const standing = await batch.tx.standingOf(
    batch.row.name,
    command.detectorName,
    retractsAll ? null : latest,
    expires ? batch.nowInstant : null,
  );
  if (standing.length === 0) {
    throw new Rejection(
      'not-found',
      `${command.detectorName} has no active observation in the ${batch.row.name} cache to retract`,
      'retract_latest_n',
    );
  }
  const active = activeIn(standing).reverse();
  await expireNear(
    batch,
    active.map(({ time }) => time),
  );
  const cause = { ...batch.record(command), fate: 'retracted' as const };
  for (const { observation } of standing) batch.changeState(observation.order, 'retracted', command.uuid);
  const effect = await batch.applyTo(
    active,
    (observations) => ({ kind: 'retract', detector: command.detectorName, observations }),
    cause,
  );
  const retracted = oldestFirst(standing).map(({ uuid }) => uuid);
  return accepted(batch, retracted, effect);
}

function oldestFirst(standing: readonly Standing[]): Standing[] {
  return [...standing].sort((a, b) => a.observation.order - b.observation.order);
}

function accepted(batch: Batch, retracted: readonly string[], effect: Effect | undefined): Verdict {
  return {
    kind: 'accepted',
    answer: async () => {
      const { alerts, tables } = batch.outcomeOf(effect);
      return { duplicate: false, pending: false, retracted, sub_groups: await tables(), alerts };
    },
  };
}
