#!/usr/bin/env node
import { endWithReader } from './reader.js';
import { runCli } from './run.js';
import { processTerminal } from './terminal.js';

endWithReader();

const exitCode = await runCli(process.argv.slice(2), processTerminal());
process.exitCode = exitCode;
