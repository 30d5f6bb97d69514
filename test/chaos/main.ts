import { writeFile } from 'node:fs/promises';
import Table from 'cli-table3';
import { Command, InvalidArgumentError } from 'commander';
import { FAULTS } from './faults.js';
import { type ChaosReport, runChaos } from './run.js';

const program = new Command()
  .name('npm run chaos --')
  .description(
    'Lets faults happen to two replicas, three brokers and a PostgreSQL with its standby, under load over REST and Kafka; ' +
      'then checks that everything acknowledged took effect once. Needs Java 17 and Maven. Exit code 1: something did not hold.',
  )
  .option('--seed <number>', 'the same seed gives the same faults in the same order', whole, 1)
  .option('--minutes <number>', 'how long faults happen', positive, 15)
  .option('--fault <name...>', 'only these, once each')
  .option('--log <file>', 'keep what the replicas wrote')
  .addHelpText('after', `\nFaults:\n${FAULTS.map(({ name }) => `  ${name}\n`).join('')}`)
  .action(async (options: { seed: number; minutes: number; fault?: string[]; log?: string }) => {
    const began = performance.now();
    const asked = new AbortController();
    process.on('SIGINT', () => {
      if (asked.signal.aborted) process.exit(130);
      asked.abort();
      process.stdout.write(
        '\nNo more faults after this one; then what was done is checked. Once more: ends at once.\n',
      );
    });
    const report = await runChaos({
      seed: options.seed,
      seconds: options.minutes * 60,
      ...(options.fault === undefined ? {} : { faults: options.fault }),
      signal: asked.signal,
      say: (line) => process.stdout.write(`${clock(performance.now() - began)}  ${line}\n`),
    });
    if (report === undefined) {
      process.exitCode = 1;
      return;
    }
    if (options.log !== undefined) await writeFile(options.log, report.logs.join('\n==== the other replica ====\n'));
    show(report);
    process.exitCode = report.violations.length === 0 ? 0 : 1;
  });

function show({ faults, figures, violations }: ChaosReport): void {
  const table = new Table({ head: ['fault', 'times', 'slowest recovery'] });
  for (const { name, times, slowestRecovery } of faults) table.push([name, times, `${slowestRecovery.toFixed(1)} s`]);
  const total = faults.reduce((sum, { times }) => sum + times, 0);
  process.stdout.write(`${table}
${total} faults; ${figures.posted} observations posted and ${figures.streamed} streamed, each stored once;
${figures.alerts} alerts, ${figures.deadLetters} dead letters, ${figures.resets} resets.
${violations.length === 0 ? 'No violation.' : `${violations.length} violations:\n${violations.map((one) => `  ${one}\n`).join('')}`}
`);
}

function clock(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1_000);
  return `${String(Math.floor(seconds / 60)).padStart(3)}:${String(seconds % 60).padStart(2, '0')}`;
}

function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('a whole number');
  return Number(text);
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('a number above 0');
  return value;
}

await program.parseAsync();
