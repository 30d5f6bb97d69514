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

interface AuditOptions {
  readonly cache: CacheName | 'all';
  readonly json?: boolean;
}

const HELP = `
Recomputes all tables of a cache from its active observations and, where its commands since the last reset are all
kept, goes through them again: numbers, alerts and states of observations too. Reports whatever is stored otherwise.
Works on the database (DATABASE_URL, else the embedded one of DATA_DIR), also while the server runs; changes nothing.
Ends with 0 if all agrees, with 1 if something differs, with 2 if it could not be looked at.

Examples:
  $ snews audit
  $ snews audit --cache live --json
  $ DATABASE_URL=postgresql://snews@db/snews snews audit`;

export function addAudit(program: Command, context: CommandContext): void {
  const command = program
    .command('audit')
    .description('compare what is stored with what follows from the commands')
    .addOption(cachesOption('which cache'))
    .addHelpText('after', HELP)
    .action(async (options: AuditOptions) => await audit(context, options));
  withJsonOption(command);
}

async function audit({ terminal, end }: CommandContext, options: AuditOptions): Promise<void> {
  // What the other commands need not load.
  const { withDatabase } = await import('../database.js');
  const { checkConsistency: auditCache } = await import('../../cache/history/consistency-check.js');
  const reports = await withDatabase(terminal, async (databaseUrl) => {
    const made: ConsistencyReport[] = [];
    for (const cache of cachesOf(options.cache)) {
      const report = await withHistoryProgress(terminal, (next) =>
        auditCache(databaseUrl, cache, next(`Auditing the ${cache} cache …`)),
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
    ? paint('green', 'clean')
    : paint('red', `${count} ${count === 1 ? 'difference' : 'differences'}`);
  writeLine(out, `${paint('bold', `${report.cache} cache`)}: ${verdict}`);
  for (const checked of report.checked) writeLine(out, `  checked: ${checked}`);
  writeLine(
    out,
    report.replayed
      ? `  commands replayed since the last reset: ${report.commands}`
      : '  not replayed: not all commands since the last reset are kept any more',
  );
  for (const difference of report.differences) printDifference(out, difference);
}

function printDifference(out: Terminal['out'], { what, stored, expected }: Difference): void {
  writeLine(out, `  ${printable(what)}`);
  const [storedPart, expectedPart] = onlyWhatDiffers(stored, expected);
  writeLine(out, `    stored:   ${printable(toText(storedPart))}`);
  writeLine(out, `    expected: ${printable(toText(expectedPart))}`);
}

/** Of two objects the fields that differ: an alert has many, and one of them is wrong. */
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
