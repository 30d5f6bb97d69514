/** Names of parameters that may contain secrets. The API has none, but clients may send them by mistake. */
const SECRET_NAME = /key|token|pass|secret|auth|bearer|signature|credential/i;
/** An API key anywhere in the URL. */
const KEY = /snews_[0-9a-z]{8}_[A-Za-z0-9_-]{20,}/g;

const MASK = '***';

/** The URL of a request for the log, with secrets masked: keys belong in a header, but clients may put them into the URL. */
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
  // Needless escapes may hide a key.
  const plain = decoded(text);
  const safe = plain.replaceAll(KEY, MASK);
  return safe === plain ? text : safe;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    // Not a valid escape: the text is used as it is.
    if (error instanceof URIError) return text;
    throw error;
  }
}
