/** True if `If-None-Match` holds the entity tag: compared weakly, as RFC 9110 (section 13.1.2) asks. */
export function isNoneMatch(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  return header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}
