/** One part of the bench: what `--only` names, in a file of its own. */
export interface Part {
  readonly name: string;
  /** What it measures, in a line. */
  readonly title: string;
  run(context: Context): Promise<Result>;
}

export interface Context {
  /** Less of everything: a look, not a measurement. */
  readonly quick: boolean;
  /** Says what is under way. */
  progress(line: string): void;
  /** The PostgreSQL server that all parts of a run share; started when it is first asked for. */
  database(name: string): Promise<string>;
}

/** What a part found. Every figure that is judged is a ratio to a floor of the same run, or has a limit of its own. */
export interface Result {
  readonly tables: readonly Table[];
  readonly targets: readonly Target[];
  /** What one must know to read the figures. */
  readonly notes: readonly string[];
}

export interface Table {
  readonly title: string;
  /** Names of the columns, units included. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

export interface Target {
  readonly what: string;
  readonly measured: number;
  readonly atLeast?: number;
  readonly atMost?: number;
}

export function isMet({ measured, atLeast, atMost }: Target): boolean {
  return measured >= (atLeast ?? -Infinity) && measured <= (atMost ?? Infinity);
}
