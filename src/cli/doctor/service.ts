import { type Finding, findingsOf, messageOf } from './finding.js';

const TIMEOUT_MILLISECONDS = 5_000;

/** Checks whether a running server is ready. @param url its address, if it runs */
export async function checkService(url: string): Promise<Finding> {
  const { ok, warning, error } = findingsOf('service');
  let response: Response;
  try {
    response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS) });
  } catch (failure) {
    if (failure instanceof Error && failure.name === 'TimeoutError') {
      return error(`the server at ${url} does not answer in time`, 'read its log, and restart it');
    }
    return ok(`no server is running at ${url}`);
  }
  const answer = (await response.json().catch(() => undefined)) as { degraded?: unknown } | undefined;
  const degraded: unknown = answer?.degraded;
  if (response.ok && Array.isArray(degraded)) {
    if (degraded.length === 0) return ok(`the server at ${url} is ready`);
    const what = degraded.map((part: unknown) => messageOf(part)).join(', ');
    return warning(
      `the server at ${url} accepts messages, but these parts do not work: ${what}`,
      'see the other lines',
    );
  }
  if (response.status === 503)
    return error(`the server at ${url} is not ready`, 'its database is not reachable: see above');
  return error(`the answer from ${url} is not that of a SNEWS server (${response.status})`, 'check SNEWS_URL and PORT');
}
