import { createRequire } from 'node:module';
import { Command } from 'commander';
import { addActs } from './commands/acts.js';
import { addAudit } from './commands/audit.js';
import { addCache } from './commands/cache.js';
import { addCompletion } from './commands/completion.js';
import { addContacts } from './commands/contacts.js';
import { addDeadLetters } from './commands/dead-letters.js';
import { addDeliveries } from './commands/deliveries.js';
import { addDetectors } from './commands/detectors.js';
import { addDoctor } from './commands/doctor.js';
import { addDrill } from './commands/drill.js';
import { addExport } from './commands/export.js';
import { addImport } from './commands/import.js';
import { addKeys } from './commands/keys.js';
import { addMuting } from './commands/mute.js';
import { addReplay } from './commands/replay.js';
import { addReset } from './commands/reset.js';
import { addScenarios } from './commands/scenarios.js';
import { addServe } from './commands/serve.js';
import { addShadow } from './commands/shadow.js';
import { addStatus } from './commands/status.js';
import { addTables } from './commands/tables.js';
import { addWatch } from './commands/watch.js';
import type { CommandContext } from './context.js';
import { EXIT_CODES_HELP } from './exit.js';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

const HELP = `
Examples:
  $ snews serve
  $ export SNEWS_KEY=snews_…
  $ snews scenarios run
  $ snews watch
  $ snews doctor

Environment:
  SNEWS_URL     where the server is (http://127.0.0.1:8080)
  SNEWS_KEY     your API key
  DATABASE_URL  for commands on the database; DATA_DIR for those on the embedded one
  NO_COLOR      no colours
  DEBUG         where errors come from

"snews help <command>" says more of each.
${EXIT_CODES_HELP}`;

export function buildProgram(context: CommandContext): Command {
  const { out, err } = context.terminal;
  const program = new Command('snews')
    .description('The SNEWS coincidence server, and what to do with one.')
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => out.write(text),
      writeErr: (text) => err.write(text),
      getOutHelpWidth: () => out.columns ?? 100,
      getErrHelpWidth: () => err.columns ?? 100,
    })
    .addHelpText('after', HELP);
  addServe(program, context);
  addStatus(program, context);
  addDoctor(program, context);
  addWatch(program, context);
  addTables(program, context);
  addExport(program, context);
  addReplay(program, context);
  addScenarios(program, context);
  addDrill(program, context);
  addDetectors(program, context);
  addMuting(program, context);
  addReset(program, context);
  addKeys(program, context);
  addContacts(program, context);
  addDeliveries(program, context);
  addDeadLetters(program, context);
  addActs(program, context);
  addShadow(program, context);
  addCache(program, context);
  addAudit(program, context);
  addImport(program, context);
  addCompletion(program, context);
  return program;
}
