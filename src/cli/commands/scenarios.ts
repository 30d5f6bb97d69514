import type { Command } from 'commander';
import { OFFICIAL } from '../../domain/scenarios/official.js';
import type { CommandContext } from '../context.js';
import { EXIT } from '../exit.js';
import { listScenarios, scenarioNamed } from '../scenarios/choose.js';
import { stepText } from '../scenarios/compare.js';
import { engineOfTestCache, runScenario, type ScenarioResult } from '../scenarios/run.js';
import { connectTo, type ServerOptions, withJsonOption, withServerOptions } from '../server.js';
import { paintFor, type Terminal, toJson, writeLine } from '../terminal.js';
import { textTable } from '../text-table.js';

const HELP = `
Runs the seven scenarios of the collaboration's publishing tools in the test cache, which is reset before each scenario:
this requires an admin key. After each observation the alerts and sub-groups are compared with those expected of the
server's engine with a window of 10 s. Nobody else should write to the test cache meanwhile.

Examples:
  $ snews scenarios list
  $ SNEWS_KEY=snews_… snews scenarios run
  $ snews scenarios run "two coincidences"`;

export function addScenarios(program: Command, context: CommandContext): void {
  const scenarios = program
    .command('scenarios')
    .description('run the official scenarios, and compare alerts and sub-groups with the expected ones')
    .addHelpText('after', HELP);

  withJsonOption(
    scenarios
      .command('list')
      .description('list the scenarios, and what to expect of each engine')
      .addHelpText('after', '\nExample:\n  $ snews scenarios list')
      .action((options: { readonly json?: boolean }) => listScenarios(context.terminal, options)),
  );

  withServerOptions(
    scenarios
      .command('run')
      .description('run all scenarios, or one, in the test cache; it is reset, which requires an admin key')
      .argument('[name]', 'the name, as "scenarios list" shows it, or its beginning')
      .addHelpText('after', '\nExamples:\n  $ snews scenarios run\n  $ snews scenarios run "two coincidences"')
      .action(async (name: string | undefined, options: ServerOptions) => await run(context, name, options)),
  );
}

async function run(context: CommandContext, name: string | undefined, options: ServerOptions): Promise<void> {
  const { terminal, end } = context;
  const scenarios = name === undefined ? OFFICIAL : [scenarioNamed(name)];
  const server = connectTo(options);
  context.worksWith(server.url, server.key !== undefined);
  const engine = await engineOfTestCache(server);
  writeLine(
    terminal.err,
    `The test cache of ${server.url} uses the engine ${engine}; it is reset before each scenario.`,
  );
  const results: ScenarioResult[] = [];
  for (const scenario of scenarios) {
    const result = await runScenario(server, scenario, engine);
    if (options.json !== true) print(terminal, result);
    results.push(result);
  }
  const failed = results.filter((result) => !result.isAsExpected);
  if (options.json === true) writeLine(terminal.out, toJson(results.map(asJson)));
  else {
    const paint = paintFor(terminal.out, terminal.env);
    const verdict = `${results.length - failed.length} of ${results.length} scenarios gave the expected result.`;
    writeLine(terminal.out, paint(failed.length === 0 ? 'green' : 'red', verdict));
  }
  if (failed.length > 0) end(EXIT.negative);
}

function print({ out, env }: Terminal, { scenario, engine, steps, isAsExpected }: ScenarioResult): void {
  const paint = paintFor(out, env);
  writeLine(out, `${isAsExpected ? paint('green', '✓') : paint('red', '✗')} ${paint('bold', scenario.name)}`);
  writeLine(out, `  ${scenario.shows}`);
  writeLine(out, `  Expected of ${engine}: ${scenario.expect[engine].text}`);
  const rows = steps.map((step, i) => [
    `${String(i).padStart(3, '0')} ${step.message.detector_name}\n${step.message.neutrino_time_utc.slice(11, 26)}`,
    stepText(step.expected),
    stepText(step.came),
    step.isAsExpected ? paint('green', 'yes') : paint('red', 'NO'),
  ]);
  const wide = Math.max(NARROWEST, Math.floor(((out.columns ?? USUAL_WIDTH) - OTHER_COLUMNS) / 2));
  writeLine(out, textTable(['sent', 'expected', 'actual', 'same'], rows, [null, wide, wide, null]));
  writeLine(out, isAsExpected ? '' : '  --json shows all compared fields.\n');
}

/** In characters. */
const USUAL_WIDTH = 130;
const OTHER_COLUMNS = 30;
const NARROWEST = 34;

function asJson({ scenario, engine, steps, isAsExpected }: ScenarioResult) {
  return { name: scenario.name, engine, as_expected: isAsExpected, steps };
}
