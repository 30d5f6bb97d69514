import { OFFICIAL } from '../../domain/scenarios/official.js';
import type { Scenario } from '../../domain/scenarios/scenario.js';
import { CliError } from '../exit.js';
import { paintFor, type Terminal, toJson, writeLine } from '../terminal.js';

/**
 * The official scenario with this name, or the only one whose name begins with it.
 * @throws CliError if there is none or more than one
 */
export function scenarioNamed(name: string): Scenario {
  const exact = OFFICIAL.find((scenario) => scenario.name === name);
  const matching = exact === undefined ? OFFICIAL.filter((scenario) => scenario.name.startsWith(name)) : [exact];
  const [found, another] = matching;
  if (found !== undefined && another === undefined) return found;
  const names = OFFICIAL.map((scenario) => `"${scenario.name}"`).join(', ');
  throw new CliError(
    `"${name}" matches ${found === undefined ? 'no scenario' : 'several scenarios'}. The scenarios are ${names}.`,
  );
}

/** Prints each scenario and what to expect of each engine. */
export function listScenarios({ out, env }: Terminal, { json }: { readonly json?: boolean | undefined }): void {
  if (json === true) {
    writeLine(out, toJson(OFFICIAL));
    return;
  }
  const paint = paintFor(out, env);
  for (const { name, shows, observations, expect } of OFFICIAL) {
    writeLine(out, paint('bold', name));
    writeLine(out, `  ${shows} (${observations.length} messages)`);
    writeLine(out, `  complete:  ${expect.complete.text}`);
    writeLine(out, `  reference: ${expect.reference.text}\n`);
  }
}
