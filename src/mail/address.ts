import { z } from 'zod';
import type { Sender } from './settings.js';

const Address = z.email().max(254);

/** True for an e-mail address and nothing beside it. */
export function isAddress(text: string): boolean {
  return Address.safeParse(text).success;
}

const NAMED = /^([^<>"@]{1,128}?)\s*<([^<>\s]+)>$/;

/** `alerts@example.org` or `SNEWS <alerts@example.org>`; undefined for anything else. */
export function readSender(text: string): Sender | undefined {
  const [, name, address = text] = NAMED.exec(text) ?? [];
  return isAddress(address) && !/\p{Cc}/u.test(text) ? { name: name?.trim(), address } : undefined;
}
