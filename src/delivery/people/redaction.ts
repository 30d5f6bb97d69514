/** The longest text of an error that is stored, in characters. */
const LONGEST = 500;

/**
 * Makes texts of other servers fit to be stored, shown and logged: on one line, not too long, and without secrets, which
 * an answer may repeat in one encoding or another.
 */
export function createRedaction(secrets: readonly (string | undefined)[]): (text: string) => string {
  const forms = secrets
    .filter((secret): secret is string => secret !== undefined && secret !== '')
    .flatMap((secret) => [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]);
  // The longest first: one may be a part of another.
  const known = [...new Set(forms)].sort((a, b) => b.length - a.length);
  return (text) => {
    const clean = known.reduce((shown, secret) => shown.replaceAll(secret, '(secret)'), text);
    const line = clean.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
    return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1)}…`;
  };
}
