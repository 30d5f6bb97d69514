import { z } from 'zod';

/** The longest address that fits SMTP's path (RFC 5321, 4.5.3.1.3). */
const MOST_CHARACTERS = 254;

/** The longest local part, before the @ (RFC 5321, 4.5.3.1.1): mail servers reject longer ones. */
const MOST_LOCAL_CHARACTERS = 64;

/**
 * A single e-mail address without display name, quotes, comments or control characters, so that it can be written into a
 * header unchanged. The domain is converted to lower case; the local part is not, because it may be case-sensitive.
 */
export const emailAddress = z
  .email('not a single e-mail address without a display name')
  .max(MOST_CHARACTERS)
  .refine(
    (address) => address.lastIndexOf('@') <= MOST_LOCAL_CHARACTERS,
    `more than ${MOST_LOCAL_CHARACTERS} characters before the @`,
  )
  .transform((address) => {
    const at = address.lastIndexOf('@');
    return `${address.slice(0, at)}${address.slice(at).toLowerCase()}`;
  });

const ADDRESS = /[^\s<>"'(),:;]+@[^\s<>"'(),:;]+/g;

/** Replaces the e-mail addresses in a text, such as a mail server's answer, for logs and for holders of any key. */
export function withoutAddresses(text: string): string {
  return text.replaceAll(ADDRESS, '(address)');
}

/** The result of parsing a list of addresses. */
export interface AddressList {
  /** The distinct addresses, in order. */
  readonly addresses: readonly string[];
  /** Entries that are not addresses, unchanged. */
  readonly unreadable: readonly string[];
}

/** Parses a list of addresses as snews_pt sends it, separated by semicolons. Empty entries are ignored. */
export function readAddresses(list: string): AddressList {
  const addresses = new Set<string>();
  const unreadable: string[] = [];
  for (const entry of list.split(';').map((part) => part.trim())) {
    if (entry === '') continue;
    const { data } = emailAddress.safeParse(entry);
    if (data === undefined) unreadable.push(entry);
    else addresses.add(data);
  }
  return { addresses: [...addresses], unreadable };
}
