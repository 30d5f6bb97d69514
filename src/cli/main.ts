#!/usr/bin/env node
import { runCli } from './run.js';
import { processTerminal } from './terminal.js';

// Whoever read our output has had enough (`| head`): that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const exitCode = await runCli(process.argv.slice(2), processTerminal());
// A server that was started goes on, and sets its own.
if (exitCode !== 0) process.exitCode = exitCode;
