import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import CliTable from 'cli-table3';
import { isMet, type Result, type Table, type Target } from './part.js';

const FOLDER = new URL('results/', import.meta.url);

/** What of the machine matters to the figures; nothing that tells whose it is. */
export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly node: string;
  /** null: no part of the run used it. */
  readonly postgres: string | null;
  readonly date: string;
}

export function machineFacts(postgres: string | null): Machine {
  const processors = cpus();
  return {
    cores: processors.length,
    processor: processors[0]?.model ?? 'unknown',
    node: process.versions.node,
    postgres,
    date: new Date().toISOString(),
  };
}

export function print(result: Result): void {
  for (const table of result.tables) process.stdout.write(`\n${table.title}\n${drawn(table)}\n`);
  for (const note of result.notes) process.stdout.write(`  ${note}\n`);
  for (const target of result.targets) process.stdout.write(`${judged(target)}\n`);
}

function drawn({ columns, rows }: Table): string {
  const table = new CliTable({ head: [...columns], style: { head: [], border: [], compact: true } });
  for (const row of rows) table.push(row.map((value) => (typeof value === 'number' ? shown(value) : value)));
  return table.toString();
}

function shown(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 6 });
}

function judged(target: Target): string {
  const { what, measured, atLeast, atMost } = target;
  const limit = atLeast !== undefined ? `at least ${shown(atLeast)}` : `at most ${shown(atMost ?? 0)}`;
  return `${isMet(target) ? 'met   ' : 'MISSED'}  ${what}: ${shown(measured)} (${limit})`;
}

export async function store(name: string, quick: boolean, machine: Machine, result: Result): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  const targets = result.targets.map((target) => ({ ...target, met: isMet(target) }));
  const text = JSON.stringify({ name, quick, machine, ...result, targets }, null, 2);
  await writeFile(new URL(`${name}.json`, FOLDER), `${text}\n`);
}
