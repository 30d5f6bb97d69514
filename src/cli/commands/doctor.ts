import type { Command } from 'commander';
import type { CommandContext } from '../context.js';
import type { Finding } from '../doctor/finding.js';
import { EXIT } from '../exit.js';
import { withJsonOption } from '../server.js';
import { paintFor, printable, toJson, writeLine } from '../terminal.js';

const COLOURS = { ok: 'green', warning: 'yellow', error: 'red' } as const;
/** The name of the level in JSON. */
const JSON_LEVELS = { ok: 'ok', warning: 'warning', error: 'fault' } as const;
const WIDTHS = { level: 7, area: 14 };

const HELP = `
Checks everything that the server needs, with the same environment variables as the server: the configuration, Node.js,
the database (version, durability, migrations, clock), Kafka (login, topics, transactions), the login at SMTP, Slack and
GCN, and a running server. It sends nothing, changes nothing and prints no secrets. Each line states a result and, if
something is wrong, what to do. The exit code is 1 if there is an error, otherwise 0.

Examples:
  $ snews doctor
  $ docker compose exec snews node dist/cli/main.js doctor
  $ snews doctor --json | jq '.findings[] | select(.level == "fault")'`;

export function addDoctor(program: Command, context: CommandContext): void {
  const command = program
    .command('doctor')
    .description('check the configuration and everything that the server depends on')
    .addHelpText('after', HELP)
    .action(async ({ json }: { json?: boolean }) => await run(context, json === true));
  withJsonOption(command);
}

async function run({ terminal, end }: CommandContext, isJson: boolean): Promise<void> {
  // Only this command needs these modules.
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
  const [errors, warnings] = [count(findings, 'error'), count(findings, 'warning')];
  if (isJson) writeLine(out, toJson({ findings: findings.map(asJson), faults: errors, warnings }));
  else
    writeLine(
      out,
      `${errors} ${errors === 1 ? 'error' : 'errors'}, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}.`,
    );
  if (errors > 0) end(EXIT.negative);
}

function asJson({ area, level, what, advice }: Finding) {
  return { area, level: JSON_LEVELS[level], what, advice };
}

function count(findings: readonly Finding[], level: Finding['level']): number {
  return findings.filter((finding) => finding.level === level).length;
}
