import type { Command } from 'commander';
import type { CommandContext } from '../context.js';
import { outliveReader } from '../reader.js';

const HELP = `
It is configured by environment variables; README.md names them all. Ctrl-C stops it gracefully.

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
      // The other commands need nothing of the server.
      const { serve } = await import('../../main.js');
      outliveReader();
      await serve(terminal.env);
    });
}
