/** The environment makes no configuration: the message names every variable at fault, and what it accepts. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Variables whose values are secrets, or hold one: what is said of them mustn't tell it. */
export const SECRET_VARIABLES: ReadonlySet<string> = new Set([
  'ADMIN_API_KEY',
  'DATABASE_URL',
  'KAFKA_SASL_PASSWORD',
  'ADMIN_PASSWORD',
  'SMTP_URL',
  'SLACK_TOKEN',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'GCN_CLIENT_SECRET',
]);

/** The variables that are set, as they were given. */
export type Given = Readonly<Record<string, unknown>>;

/** What a ConfigError says of the variables at fault, without their secrets. */
export function complaint(faults: readonly (readonly [name: string, accepts: string])[], given: Given): string {
  const lines = faults.map(([name, accepts]) => {
    const shown =
      SECRET_VARIABLES.has(name) && given[name] !== undefined
        ? 'what it is now (not shown)'
        : JSON.stringify(given[name] ?? '');
    return `  ${name}: expected ${accepts}; not ${shown}`;
  });
  return `The environment is not a configuration:\n${lines.join('\n')}`;
}
