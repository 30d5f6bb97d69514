/** The environment variables are not a valid configuration. The message names each invalid variable and what it accepts. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Variables that are or contain a secret: error messages must not show their values. */
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

/** The variables that are set, with their values as text. */
export type Given = Readonly<Record<string, unknown>>;

/**
 * A ConfigError that names the invalid variables, without secrets.
 * @param given the values that the message quotes
 */
export function invalidVariables(
  variables: readonly (readonly [name: string, accepts: string])[],
  given: Given,
): ConfigError {
  const lines = variables.map(([name, accepts]) => {
    const shown =
      SECRET_VARIABLES.has(name) && given[name] !== undefined
        ? 'a value that is not shown here'
        : JSON.stringify(given[name] ?? '');
    return `  ${name}: expected ${accepts}; got ${shown}`;
  });
  return new ConfigError(`The configuration is invalid:\n${lines.join('\n')}`);
}
