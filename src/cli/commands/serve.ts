import type { Command } from 'commander';
import type { CommandContext } from '../context.js';
import { outliveReader } from '../reader.js';

const HELP = `
The server is configured by environment variables, which README.md describes. Ctrl-C stops it gracefully.

Examples:
  $ snews serve
  $ PORT=8081 DATA_DIR=/var/lib/snews snews serve
  $ DATABASE_URL=postgresql://snews@db/snews snews serve`;

export function addServe(program: Command, { terminal }: CommandContext): void {
  program
    .command('serve')
    .description('start the server')
    .addHelpText('after', HELP)
    .action(async () => {
      // Only this command needs the modules of the server.
      const { serve } = await import('../../main.js');
      outliveReader();
      await serve(terminal.env);
    });
}
