import { type Logger, pino } from 'pino';

/** Whatever is logged, these are masked; none is logged on purpose. */
const SECRETS = [
  'authorization',
  '*.authorization',
  '*.*.authorization',
  'pass',
  '*.pass',
  '*.*.pass',
  'password',
  '*.password',
];

/** The service's log on standard output: one JSON object a line; for a person at a terminal, lines to read. */
export function createLog(level: string): Logger {
  const options = { level, redact: { paths: SECRETS, censor: '***' } };
  if (!process.stdout.isTTY) return pino(options);
  const pretty = { target: 'pino-pretty', options: { ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss.l' } };
  return pino({ ...options, transport: pretty });
}
