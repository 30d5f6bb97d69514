/** Names of parameters that hold what a log must not have, however somebody who mistook our API calls them. */
const SECRET_NAME = /key|token|pass|secret|auth|bearer|signature|credential/i;
/** A key of ours, wherever it stands. */
const KEY = /snews_[0-9a-z]{8}_[A-Za-z0-9_-]{20,}/g;

const MASK = '***';

/** The URL of a request as logs may have it: keys belong into a header, but not everybody knows that. */
export function loggedUrl(url: string): string {
  const [path = '', ...query] = url.split('?');
  if (query.length === 0) return masked(path);
  const parameters = query
    .join('?')
    .split('&')
    .map((parameter) => {
      const [name = '', ...value] = parameter.split('=');
      return value.length > 0 && SECRET_NAME.test(decoded(name)) ? `${name}=${MASK}` : parameter;
    });
  return `${masked(path)}?${masked(parameters.join('&'))}`;
}

function masked(text: string): string {
  // What is escaped needlessly may hide a key.
  const plain = decoded(text);
  const safe = plain.replaceAll(KEY, MASK);
  return safe === plain ? text : safe;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    // Not an escape: it stands there as it is.
    if (error instanceof URIError) return text;
    throw error;
  }
}
