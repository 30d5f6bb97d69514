/** What a service tells Prometheus, read by its text format. */
export interface Scrape {
  /** The value of the one series with this name and exactly these labels; undefined: there is none. */
  value(name: string, labels?: Readonly<Record<string, string>>): number | undefined;
  /** Names of all samples, those of histograms with their suffixes. */
  readonly names: ReadonlySet<string>;
  /** Label values by label, over all of the service's own series. */
  readonly labels: ReadonlyMap<string, ReadonlySet<string>>;
  readonly text: string;
}

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g;

/** @throws Error at a line that is not of the format */
export function parseMetrics(text: string): Scrape {
  const series = new Map<string, number>();
  const names = new Set<string>();
  const values = new Map<string, Set<string>>();
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('# HELP ') || line.startsWith('# TYPE ')) continue;
    const [, name, labels, value] = SAMPLE.exec(line) ?? [];
    if (name === undefined) throw new Error(`no line of Prometheus' text format: ${line}`);
    const pairs = [...(labels ?? '').matchAll(LABEL)].map(
      ([, label, one]) => [label as string, one as string] as const,
    );
    names.add(name);
    series.set(keyOf(name, pairs), Number(value));
    if (!name.startsWith('snews_')) continue;
    for (const [label, one] of pairs) values.set(label, (values.get(label) ?? new Set()).add(one));
  }
  return {
    value: (name, labels = {}) => series.get(keyOf(name, Object.entries(labels))),
    names,
    labels: values,
    text,
  };
}

/** @throws Error unless it answers with 200 */
export async function scrape(url: string, key?: string): Promise<Scrape> {
  const headers: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const response = await fetch(`${url}/metrics`, { headers });
  if (response.status !== 200) throw new Error(`GET /metrics: ${response.status} ${await response.text()}`);
  return parseMetrics(await response.text());
}

function keyOf(name: string, labels: readonly (readonly [string, string])[]): string {
  return JSON.stringify([name, ...[...labels].sort(([a], [b]) => (a < b ? -1 : 1))]);
}
