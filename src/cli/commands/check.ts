import { isDeepStrictEqual } from 'node:util';
import type { Command } from 'commander';
import type { ConsistencyReport, Difference } from '../../cache/history/consistency-check.js';
import type { CacheName } from '../../domain/cache-name.js';
import type { CommandContext } from '../context.js';
import { EXIT } from '../exit.js';
import { withHistoryProgress } from '../progress.js';
import { withJsonOption } from '../server.js';
import { paintFor, printable, type Terminal, toJson, writeLine } from '../terminal.js';
import { cachesOf, cachesOption } from './options.js';

interface CheckOptions {
  readonly cache: CacheName | 'all';
  readonly json?: boolean;
}

const HELP = `
Recomputes all sub-groups of a cache from its active observations. If all commands since the last reset are still kept,
it also replays them and compares numbers, alerts and the states of observations. Reports every stored value that differs.
Reads the database directly (DATABASE_URL, otherwise the embedded one of DATA_DIR), also while the server runs, and
changes nothing. The exit code is 0 if everything agrees, 1 if something differs, 2 if the check could not be made.

Examples:
  $ snews check
  $ snews check --cache live --json
  $ DATABASE_URL=postgresql://snews@db/snews snews check`;

export function addCheck(program: Command, context: CommandContext): void {
  const command = program
    .command('check')
    .alias('audit')
    .description('check the consistency of the caches: recompute their state and compare it with what is stored')
    .addOption(cachesOption('the cache to check'))
    .addHelpText('after', HELP)
    .action(async (options: CheckOptions) => await check(context, options));
  withJsonOption(command);
}

async function check({ terminal, end }: CommandContext, options: CheckOptions): Promise<void> {
  // Only this command needs these modules.
  const { withDatabase } = await import('../database.js');
  const { checkConsistency: auditCache } = await import('../../cache/history/consistency-check.js');
  const reports = await withDatabase(terminal, async (databaseUrl) => {
    const made: ConsistencyReport[] = [];
    for (const cache of cachesOf(options.cache)) {
      const report = await withHistoryProgress(terminal, (next) =>
        auditCache(databaseUrl, cache, next(`Checking the ${cache} cache …`)),
      );
      if (options.json !== true) print(terminal, report);
      made.push(report);
    }
    return made;
  });
  if (options.json === true) writeLine(terminal.out, toJson(reports));
  if (reports.some(({ clean }) => !clean)) end(EXIT.negative);
}

function print({ out, env }: Terminal, report: ConsistencyReport): void {
  const paint = paintFor(out, env);
  const count = report.differences.length;
  const verdict = report.clean
    ? paint('green', 'consistent')
    : paint('red', `${count} ${count === 1 ? 'difference' : 'differences'}`);
  writeLine(out, `${paint('bold', `${report.cache} cache`)}: ${verdict}`);
  for (const checked of report.checked) writeLine(out, `  checked: ${checked}`);
  writeLine(
    out,
    report.replayed
      ? `  commands replayed since the last reset: ${report.commands}`
      : '  commands not replayed: some commands since the last reset are no longer kept',
  );
  for (const difference of report.differences) printDifference(out, difference);
}

function printDifference(out: Terminal['out'], { what, stored, expected }: Difference): void {
  writeLine(out, `  ${printable(what)}`);
  const [storedPart, expectedPart] = onlyWhatDiffers(stored, expected);
  writeLine(out, `    stored:   ${printable(toText(storedPart))}`);
  writeLine(out, `    expected: ${printable(toText(expectedPart))}`);
}

/** The fields in which two objects differ: an alert has many fields, of which usually one is wrong. */
function onlyWhatDiffers(stored: unknown, expected: unknown): readonly [unknown, unknown] {
  if (!isRecord(stored) || !isRecord(expected)) return [stored, expected];
  const names = [...new Set([...Object.keys(stored), ...Object.keys(expected)])].filter(
    (name) => !isDeepStrictEqual(stored[name], expected[name]),
  );
  const pick = (record: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(names.map((name) => [name, record[name]]));
  return [pick(stored), pick(expected)];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toText(value: unknown): string {
  if (value === undefined) return 'nothing';
  return typeof value === 'string' || typeof value === 'bigint' ? String(value) : toJson(value);
}
