import { z } from 'zod';

/** The longest address that fits SMTP's path (RFC 5321, 4.5.3.1.3). */
const MOST_CHARACTERS = 254;

/** What stands before the @ (RFC 5321, 4.5.3.1.1): mail servers refuse more. */
const MOST_LOCAL_CHARACTERS = 64;

/**
 * One bare e-mail address: no name beside it, no list, no quotes, no comment, no control character, so that it can
 * stand in a header as it is. Its domain comes out in lower case; what stands before the @ is its server's business.
 */
export const mailAddress = z
  .email('not one bare e-mail address')
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

/** A text, like a mail server's answer, as logs and holders of any key may have it. */
export function withoutAddresses(text: string): string {
  return text.replaceAll(ADDRESS, '(address)');
}

/** What was found in a list of addresses. */
export interface AddressList {
  /** Each once, in order. */
  readonly addresses: readonly string[];
  /** Entries that are no address, as they came. */
  readonly unreadable: readonly string[];
}

/** Reads a list of addresses as snews_pt sends it: separated by semicolons. Empty entries don't count. */
export function readAddresses(list: string): AddressList {
  const addresses = new Set<string>();
  const unreadable: string[] = [];
  for (const entry of list.split(';').map((part) => part.trim())) {
    if (entry === '') continue;
    const { data } = mailAddress.safeParse(entry);
    if (data === undefined) unreadable.push(entry);
    else addresses.add(data);
  }
  return { addresses: [...addresses], unreadable };
}
