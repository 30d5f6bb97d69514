/**
 * Compares the engine `reference` with snews_cs itself: plays random sequences in both, until ORACLE_SEQUENCES have been
 * (300 by default) or they disagree; then that sequence is made small and printed, and the exit code is 1.
 * ORACLE_SEED repeats a run.
 */
import fc from 'fast-check';
import { expect } from 'vitest';
import { cacheRows, reference } from '../../src/domain/coincidence/reference.js';
import { formatUtc, type Instant } from '../../src/domain/time.js';
import { pythonEnvironment } from '../support/python/environment.js';
import { expectSteps, play, readTraces, stepsBeforeFailure, type TraceOp } from '../support/traces.js';
import { sequences } from './sequences.js';
import { SnewsCs, type Steps } from './snews-cs.js';

/** numpy sorts no more rows than these stably by default: beyond, which of equal times comes first is its own affair. */
const MOST_ROWS = 16;
const MOST_SHRINKS = 300;
const PROGRESS_EVERY = 25;

const numRuns = setting('ORACLE_SEQUENCES', 300);
const seed = setting('ORACLE_SEED', Date.now() % 1_000_000);
const compared = { sequences: 0, steps: 0, alerts: 0, tooLarge: 0, exceptions: new Map<string, number>() };

const python = await pythonEnvironment('snews-cs');
if (python !== undefined) {
  const snewsCs = await SnewsCs.start(python);
  try {
    await checkHarness(snewsCs);
    const disagreement = await compare(snewsCs);
    say(disagreement ?? summary());
    if (disagreement !== undefined) process.exitCode = 1;
  } finally {
    await snewsCs.stop();
  }
}

/** The recorded traces must come out as they were recorded: else a comparison would say nothing. */
async function checkHarness(snewsCs: SnewsCs): Promise<void> {
  const recorded = readTraces().flatMap(({ name, ops, reference: steps }) => (steps ? [{ name, ops, steps }] : []));
  for (const [i, { name, ops, steps }] of recorded.entries()) {
    expect(await snewsCs.play(ops), name).toEqual(steps);
    if ((i + 1) % (PROGRESS_EVERY * 4) === 0) say(`${i + 1} recorded traces`);
  }
  say(`snews_cs repeated all ${recorded.length} recorded traces.`);
}

/** @returns undefined if all agree, else what there is to say */
async function compare(snewsCs: SnewsCs): Promise<string | undefined> {
  say(`Comparing ${numRuns} random sequences, ORACLE_SEED=${seed} …`);
  let failures = 0;
  let shrinks = 0;
  const agrees = fc.asyncProperty(sequences, async (ops) => {
    // What isn't looked at counts as agreed: so the search for a smaller sequence ends.
    if (failures > 0 && ++shrinks > MOST_SHRINKS) return;
    const steps = await snewsCs.play(ops);
    try {
      expectSteps(play(reference, cacheRows, ops, 'apply'), comparable(steps));
    } catch (error) {
      if (failures++ === 0) say('A disagreement; looking for a smaller sequence that shows it …');
      throw error;
    }
    if (failures === 0) tally(steps);
  });
  const { counterexample, errorInstance } = await fc.check(agrees, { seed, numRuns });
  const ops = counterexample?.[0];
  return ops && (await disagreement(snewsCs, ops, String(errorInstance)));
}

/** The steps before an exception of snews_cs, and before those that may depend on a sort that isn't stable. */
function comparable(steps: Steps): ReturnType<typeof stepsBeforeFailure> {
  const played = stepsBeforeFailure(steps);
  const large = played.findIndex(({ table }) => table.length > MOST_ROWS);
  return large === -1 ? played : played.slice(0, large + 1);
}

function tally(steps: Steps): void {
  const taken = comparable(steps);
  compared.sequences++;
  compared.steps += taken.length;
  compared.alerts += taken.reduce((alerts, step) => alerts + step.alerts.length, 0);
  const rest = steps[taken.length];
  if (rest !== undefined && 'error' in rest) {
    compared.exceptions.set(rest.error, (compared.exceptions.get(rest.error) ?? 0) + 1);
  } else if (rest !== undefined) {
    compared.tooLarge++;
  }
  if (compared.sequences % PROGRESS_EVERY === 0) say(`${compared.sequences} sequences`);
}

function summary(): string {
  const { sequences, steps, alerts, tooLarge, exceptions } = compared;
  const raised = [...exceptions].map(([error, times]) => `\n  ${times} × ${error}`).join('');
  return `They agree: ${sequences} sequences, ${steps} steps, ${alerts} alerts compared.
${tooLarge} sequences were compared only until they had more than ${MOST_ROWS} rows, where numpy's sort isn't stable;
${[...exceptions.values()].reduce((sum, times) => sum + times, 0)} until snews_cs raised an exception:${raised}`;
}

async function disagreement(snewsCs: SnewsCs, ops: readonly TraceOp[], error: string): Promise<string> {
  const lines = (items: readonly unknown[]): string =>
    items.map((item) => `\n  ${JSON.stringify(item, asText)}`).join('');
  const own = play(reference, cacheRows, ops, 'apply');
  return `snews_cs and the engine disagree: ${error}
The sequence:${lines(ops)}
The steps of snews_cs:${lines(await snewsCs.play(ops))}
The steps of the engine:${lines(own)}`;
}

function asText(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? formatUtc(value as Instant) : value;
}

function setting(name: string, otherwise: number): number {
  const text = process.env[name];
  if (text === undefined) return otherwise;
  if (!/^\d{1,9}$/.test(text)) throw new Error(`${name} must be a whole number`);
  return Number(text);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
