import { type ServerProcess, startServer } from './child.js';
import { EXECUTABLE } from './compiled.js';

export interface Service extends ServerProcess {
  /** A key that writes for all detectors. */
  readonly detectorKey: string;
  /** A key that does everything. */
  readonly adminKey: string;
}

/**
 * The service as it runs in production, without limits on how much one may send.
 * @param environment beside what every part needs
 */
export async function startService(
  databaseUrl: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Service> {
  const server = await startServer(EXECUTABLE, {
    args: ['serve'],
    environment: {
      PATH: process.env['PATH'],
      HOST: '127.0.0.1',
      PORT: '0',
      DATABASE_URL: databaseUrl,
      PRINT_FIRST_KEYS: 'true',
      RATE_LIMIT: '0',
      STREAMS_PER_ADDRESS: '0',
      STREAMS_PER_KEY: '0',
      DETECTOR_QUOTA: '0',
      LOG_LEVEL: 'error',
      ...environment,
    },
    ready: /server: (http:\/\/[\d.]+:\d+)[\s\S]*SNEWS_DETECTOR_KEY=\S+\n/,
  });
  const [adminKey, detectorKey] = ['ADMIN', 'DETECTOR'].map(
    (role) => new RegExp(`SNEWS_${role}_KEY=(\\S+)`).exec(server.output)?.[1],
  );
  if (adminKey === undefined || detectorKey === undefined) throw new Error('the service made no keys');
  return { ...server, detectorKey, adminKey };
}
