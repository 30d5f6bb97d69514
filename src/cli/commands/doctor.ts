import type { Command } from 'commander';
import type { CommandContext } from '../context.js';
import type { Finding } from '../doctor/finding.js';
import { EXIT } from '../exit.js';
import { withJsonOption } from '../server.js';
import { paintFor, printable, toJson, writeLine } from '../terminal.js';

const COLOURS = { ok: 'green', warning: 'yellow', fault: 'red' } as const;
const WIDTHS = { level: 7, area: 14 };

const HELP = `
Looks at all that the server needs, with the environment that the server gets: the configuration, Node.js, the
database (version, durability, migrations, clock), Kafka (login, topics, transactions), SMTP, Slack and GCN (login), and a
server that runs. It sends nothing, changes nothing, and prints no secret. Each line says what is, and what to do.
Ends with 0 if there are at most warnings, with 1 if there is a fault.

Examples:
  $ snews doctor
  $ docker compose exec snews node dist/cli/main.js doctor
  $ snews doctor --json | jq '.findings[] | select(.level == "fault")'`;

export function addDoctor(program: Command, context: CommandContext): void {
  const command = program
    .command('doctor')
    .description('find out what is wrong with a set-up')
    .addHelpText('after', HELP)
    .action(async ({ json }: { json?: boolean }) => await run(context, json === true));
  withJsonOption(command);
}

async function run({ terminal, end }: CommandContext, isJson: boolean): Promise<void> {
  // What the other commands need not load.
  const { examine } = await import('../doctor/examine.js');
  const { out, env } = terminal;
  const paint = paintFor(out, env);
  const findings: Finding[] = [];
  for await (const finding of examine({ environment: env, now: Date.now })) {
    findings.push(finding);
    if (isJson) continue;
    const { area, level, what, advice } = finding;
    writeLine(
      out,
      `${paint(COLOURS[level], level.padEnd(WIDTHS.level))}  ${area.padEnd(WIDTHS.area)}  ${printable(what)}`,
    );
    if (advice !== undefined) writeLine(out, `${' '.repeat(WIDTHS.level + WIDTHS.area + 4)}→ ${printable(advice)}`);
  }
  const [faults, warnings] = [count(findings, 'fault'), count(findings, 'warning')];
  if (isJson) writeLine(out, toJson({ findings, faults, warnings }));
  else
    writeLine(
      out,
      `${faults} ${faults === 1 ? 'fault' : 'faults'}, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}.`,
    );
  if (faults > 0) end(EXIT.negative);
}

function count(findings: readonly Finding[], level: Finding['level']): number {
  return findings.filter((finding) => finding.level === level).length;
}
