import { createRequire } from 'node:module';
import { Command, Help, type HelpConfiguration } from 'commander';
import { addAuditLog } from './commands/audit-log.js';
import { addCache } from './commands/cache.js';
import { addCheck } from './commands/check.js';
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
import { addSubGroups } from './commands/sub-groups.js';
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
  SNEWS_URL     the address of the server (default: http://127.0.0.1:8080)
  SNEWS_KEY     the API key
  DATABASE_URL  the database, for commands that use it directly; DATA_DIR for the embedded one
  NO_COLOR      disables colours
  DEBUG         prints the stack traces of errors

"snews help <command>" describes a command and gives examples.
${EXIT_CODES_HELP}`;

/** Aliases are former names of commands: they are accepted and not shown. */
const WITHOUT_ALIASES: HelpConfiguration = {
  subcommandTerm: (command) => withoutAlias(command, new Help().subcommandTerm(command)),
  commandUsage: (command) => withoutAlias(command, new Help().commandUsage(command)),
};

function withoutAlias(command: Command, text: string): string {
  return text.replace(`|${command.alias()}`, '');
}

export function buildProgram(context: CommandContext): Command {
  const { out, err } = context.terminal;
  const program = new Command('snews')
    .description('The SNEWS coincidence server: run it, use it, administer it.')
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => out.write(text),
      writeErr: (text) => err.write(text),
      getOutHelpWidth: () => out.columns ?? 100,
      getErrHelpWidth: () => err.columns ?? 100,
    })
    .configureHelp(WITHOUT_ALIASES)
    .addHelpText('after', HELP);
  addServe(program, context);
  addStatus(program, context);
  addDoctor(program, context);
  addWatch(program, context);
  addSubGroups(program, context);
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
  addAuditLog(program, context);
  addShadow(program, context);
  addCache(program, context);
  addCheck(program, context);
  addImport(program, context);
  addCompletion(program, context);
  return program;
}
