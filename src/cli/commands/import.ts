import type { Command } from 'commander';
import type { Config } from '../../config/config.js';
import type { CommandContext } from '../context.js';
import { EXIT } from '../exit.js';
import { type ExportTarget, toFile } from '../export/destination.js';
import { operator } from '../operator.js';
import { createProgress } from '../progress.js';
import { withJsonOption } from '../server.js';
import type { SnewsCsDatabase } from '../snews-cs/database-file.js';
import type { ImportReport } from '../snews-cs/import.js';
import { printable, toJson, writeLine } from '../terminal.js';

interface ImportOptions {
  readonly dryRun?: boolean;
  readonly active?: string;
  readonly alerts?: string;
  readonly json?: boolean;
}

const HELP = `
Imports the history from the SQLite database of snews_cs (snews_cs.db). Observations (coincidence_tier_archive) become
expired observations of the live cache, and heartbeats (cached_heartbeats) become heartbeats. No alert is raised, no
sub-group or number changes, and "snews check" still finds the cache consistent. The file is only read. A row always
becomes the same message, and a message that was imported before is skipped, so an import can be repeated.

snews_cs does not store the time of reception of an observation. The import uses the time it was sent, or the machine
time if there is none, or else the neutrino time. Observations that would still be active (CACHE_EXPIRATION) are not
imported: --active writes them as messages, which "snews replay" can send and which may raise alerts. Alerts of snews_cs
are not imported, because the sequences of this server have no gaps: --alerts writes them as JSON lines.

The command writes to the database directly (DATABASE_URL, otherwise the embedded one of DATA_DIR), also while the server
runs. The exit code is 0 if all rows are imported, 1 if rows had to be left out (they are reported), 2 if the import
failed.

Examples:
  $ snews import snews_cs.db --dry-run
  $ snews import snews_cs.db --alerts old-alerts.jsonl
  $ snews import snews_cs.db --active young.jsonl && snews replay young.jsonl`;

export function addImport(program: Command, context: CommandContext): void {
  const command = program
    .command('import')
    .description('import the history from the database of snews_cs')
    .argument('<file>', 'the SQLite database of snews_cs')
    .option('--dry-run', 'report what would be imported, and change nothing')
    .option('--active <file>', 'write observations that would still be active to this file, as messages')
    .option('--alerts <file>', 'write the alerts of snews_cs to this file, as JSON lines')
    .addHelpText('after', HELP)
    .action(async (file: string, options: ImportOptions) => await run(context, file, options));
  withJsonOption(command);
}

async function run({ terminal, end }: CommandContext, file: string, options: ImportOptions): Promise<void> {
  // Only this command needs these modules.
  const { readConfig } = await import('../../config/config.js');
  const { withDatabase } = await import('../database.js');
  const { loadOptional } = await import('../../config/optional-package.js');
  const { openSnewsCsDatabase } = await loadOptional('This command', () => import('../snews-cs/database-file.js'));
  const { leftOut, reportLines } = await import('../snews-cs/import.js');
  const config = readConfig(terminal.env);
  const isDryRun = options.dryRun === true;
  const database = await openSnewsCsDatabase(file);
  try {
    const alerts = database.count('coincidence_tier_alerts');
    const total = database.count('coincidence_tier_archive') + database.count('cached_heartbeats');
    const progress = createProgress(terminal, total, 'rows');
    const active = isDryRun || options.active === undefined ? undefined : await toFile(options.active);
    let report: ImportReport;
    try {
      report = await withDatabase(terminal, async (databaseUrl) =>
        takeOver(database, databaseUrl, config, { isDryRun, active, progress: progress.advanceTo }),
      );
      await active?.finish();
    } catch (error) {
      await active?.abandon();
      throw error;
    } finally {
      progress.stop();
    }
    if (!isDryRun && options.alerts !== undefined) await writeAlerts(database, options.alerts);
    if (options.json === true)
      writeLine(terminal.out, toJson({ dry_run: isDryRun, ...report, alerts: { rows: alerts } }));
    else {
      const lines = [
        ...reportLines('observations', report.observations, isDryRun, config.expiration),
        ...reportLines('heartbeats', report.heartbeats, isDryRun, config.expiration),
        `${alerts} alerts: ${alertsLine(isDryRun, options.alerts)}`,
      ];
      for (const line of lines) writeLine(terminal.out, printable(line));
    }
    if (leftOut(report.observations) + leftOut(report.heartbeats) > 0) end(EXIT.negative);
  } finally {
    database.close();
  }
}

function alertsLine(isDryRun: boolean, file: string | undefined): string {
  if (file === undefined) return 'not imported; --alerts FILE writes them as JSON lines';
  return isDryRun ? `would be written to ${file}` : `written to ${file}`;
}

interface Work {
  readonly isDryRun: boolean;
  /** Receives observations that would still be active. */
  readonly active: ExportTarget | undefined;
  progress(done: number): void;
}

async function takeOver(
  database: SnewsCsDatabase,
  databaseUrl: string,
  config: Config,
  { isDryRun, active, progress }: Work,
): Promise<ImportReport> {
  const { NO_LOG } = await import('../../domain/log.js');
  const { createPool } = await import('../../database/pool.js');
  const { createImport } = await import('../../cache/history/import.js');
  const { fromPosixMilliseconds } = await import('../../domain/time.js');
  const { importDatabase } = await import('../snews-cs/import.js');
  const pool = createPool(databaseUrl, NO_LOG);
  try {
    const target = createImport(pool, config.expiration);
    return await target.alone(
      async () =>
        await importDatabase(database, target, {
          source: `import:${operator()}`,
          now: fromPosixMilliseconds(Date.now()),
          expiration: config.expiration,
          retention: {
            observations: config.observationRetention,
            heartbeats: config.heartbeatRetention,
          },
          isDryRun,
          keepActive: async ({ body }) => await active?.write(`${body}\n`),
          progress,
        }),
    );
  } finally {
    await pool.end();
  }
}

async function writeAlerts(database: SnewsCsDatabase, path: string): Promise<void> {
  const file = await toFile(path);
  try {
    for (const { rowid: _, ...alert } of database.rows('coincidence_tier_alerts'))
      await file.write(`${toJson(alert)}\n`);
    await file.finish();
  } catch (error) {
    await file.abandon();
    throw error;
  }
}
