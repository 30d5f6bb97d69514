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
Without a name the command lists the seven official scenarios. With a name it sends the messages of that scenario to the
fire-drill cache, with times just before now, as "Start the drill" on the dashboard does. Readers of fire-drill alerts
receive the alerts; with FIREDRILL_NOTIFY they are also sent by e-mail, to Slack and to GCN.

Requires a key for all detectors of the scenario, or an admin key. Observations that are already in the fire-drill cache
stay and can coincide with those of the drill: "snews reset firedrill" removes them first. The exit code is 1 if the
scenario should have raised an alert and did not.

Examples:
  $ snews drill
  $ snews drill "two coincidences"
  $ snews drill simple --json | jq .alerts`;

export function addDrill(program: Command, context: CommandContext): void {
  withServerOptions(
    program
      .command('drill')
      .description('start a fire drill: send an official scenario to the fire-drill cache')
      .argument('[name]', 'the name of a scenario or its beginning; without it the scenarios are listed')
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
      const raised = answered(await client.POST('/v1/observations', { body })).alerts;
      if (!isJson) for (const alert of raised) writeLine(terminal.out, paint('yellow', alertLine(alert)));
      alerts.push(...raised);
    } catch (error) {
      if (sent > 0) writeLine(terminal.err, `${sent} of ${messages.length} messages were accepted before this error:`);
      throw error;
    }
  }
  if (isJson) writeLine(terminal.out, toJson({ name: scenario.name, messages: messages.length, alerts }));
  const isSilent = alerts.length === 0 && scenario.expect.complete.steps.some((step) => step.alerts.length > 0);
  writeLine(
    terminal.err,
    isSilent
      ? `${messages.length} messages were accepted, and no alert was raised: is one of the detectors muted ("snews audit-log")?`
      : `${messages.length} messages were accepted, ${alerts.length} alerts were raised. Expected in an empty cache: ${scenario.expect.complete.text}`,
  );
  if (isSilent) end(EXIT.negative);
}
