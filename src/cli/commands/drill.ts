import type { Command } from 'commander';
import type { Alert } from '../../client/index.js';
import { drillMessages } from '../../domain/scenarios/drill.js';
import type { Scenario } from '../../domain/scenarios/scenario.js';
import { alertLine } from '../alert-line.js';
import type { CommandContext } from '../context.js';
import { EXIT } from '../exit.js';
import { listScenarios, scenarioNamed } from '../scenarios/choose.js';
import { answered, connect, type ServerOptions, withServerOptions } from '../server.js';
import { paintFor, toJson, writeLine } from '../terminal.js';

const HELP = `
Without a name it lists the seven official scenarios. With one it plays that scenario into the fire-drill cache, as the
detectors would send it, its times moved to just before now: the same as "Start the drill" on the dashboard. Whoever
follows fire drills is alerted; with FIREDRILL_NOTIFY so are mail, Slack and GCN.

Asks for a key of all of the scenario's detectors, or an admin key. What stands in the fire-drill cache stays there and
may join in: "snews reset firedrill" clears it. Exit code 1 if the scenario should raise alerts and none came.

Examples:
  $ snews drill
  $ snews drill "two coincidences"
  $ snews drill simple --json | jq .alerts`;

export function addDrill(program: Command, context: CommandContext): void {
  withServerOptions(
    program
      .command('drill')
      .description('start a fire drill: an official scenario in the fire-drill cache, just before now')
      .argument('[name]', 'the name of a scenario, or the beginning of it; without one they are listed')
      .addHelpText('after', HELP)
      .action(async (name: string | undefined, options: ServerOptions) => {
        if (name === undefined) listScenarios(context.terminal, options);
        else await drill(context, scenarioNamed(name), options);
      }),
  );
}

async function drill(context: CommandContext, scenario: Scenario, options: ServerOptions): Promise<void> {
  const { terminal, end } = context;
  const { client, url } = connect(context, options);
  const paint = paintFor(terminal.out, terminal.env);
  const isJson = options.json === true;
  const messages = drillMessages(scenario, Date.now());
  writeLine(terminal.err, `Sending "${scenario.name}" to the fire-drill cache of ${url}.`);
  const alerts: Alert[] = [];
  for (const [sent, body] of messages.entries()) {
    try {
      const came = answered(await client.POST('/v1/observations', { body })).alerts;
      if (!isJson) for (const alert of came) writeLine(terminal.out, paint('yellow', alertLine(alert)));
      alerts.push(...came);
    } catch (error) {
      if (sent > 0) writeLine(terminal.err, `${sent} of ${messages.length} messages were taken before this:`);
      throw error;
    }
  }
  if (isJson) writeLine(terminal.out, toJson({ name: scenario.name, messages: messages.length, alerts }));
  const isSilent = alerts.length === 0 && scenario.expect.complete.steps.some((step) => step.alerts.length > 0);
  writeLine(
    terminal.err,
    isSilent
      ? `${messages.length} messages were taken, and no alert came: is one of the detectors muted ("snews acts")?`
      : `${messages.length} messages were taken, ${alerts.length} alerts came. In an empty cache: ${scenario.expect.complete.text}`,
  );
  if (isSilent) end(EXIT.negative);
}
