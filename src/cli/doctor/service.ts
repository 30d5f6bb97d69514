import { type Finding, findingsOf, messageOf } from './finding.js';

const PATIENCE_MILLISECONDS = 5_000;

/** Asks a server that runs how it is. @param url where it would be */
export async function checkService(url: string): Promise<Finding> {
  const { ok, warning, fault } = findingsOf('service');
  let response: Response;
  try {
    response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(PATIENCE_MILLISECONDS) });
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') {
      return fault(`what runs at ${url} does not answer in time`, 'look into its log, and restart it');
    }
    return ok(`no server runs at ${url}`);
  }
  const answer = (await response.json().catch(() => undefined)) as { degraded?: unknown } | undefined;
  const degraded: unknown = answer?.degraded;
  if (response.ok && Array.isArray(degraded)) {
    if (degraded.length === 0) return ok(`the server at ${url} is ready`);
    const what = degraded.map((part: unknown) => messageOf(part)).join(', ');
    return warning(`the server at ${url} takes messages, and this does not work: ${what}`, 'see the other lines');
  }
  if (response.status === 503) return fault(`the server at ${url} is not ready`, 'its database is away: see above');
  return fault(`what answers at ${url} is no SNEWS server (${response.status})`, 'check SNEWS_URL and PORT');
}
