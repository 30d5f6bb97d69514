import { isIPv4, isIPv6 } from 'node:net';
import { z } from 'zod';
import { seconds } from '../domain/time.js';
import { isAddress } from '../mail/address.js';
import { LOOPBACK } from '../mail/smtp-url.js';

/** Schemas for environment variables. Each converts the text into a value, or fails with a message that says what it accepts. */

/** @param read converts the text; undefined if the text is invalid */
export function variable<Value>(accepts: string, read: (text: string) => Value | undefined) {
  return z.string().transform((text, context): Value => {
    const value = read(text);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: accepts, input: text });
    return z.NEVER;
  });
}

export function matching(pattern: RegExp, accepts: string) {
  return variable(accepts, (text) => (pattern.test(text) ? text : undefined));
}

export function wholeNumber(least: number, most: number, accepts: string) {
  return variable(accepts, (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    return value >= least && value <= most ? value : undefined;
  });
}

/** @param unit length of the variable's unit, in seconds */
export function duration(unit: number, least: number, most: number, accepts: string) {
  return variable(accepts, (text) => {
    const value = /^\d{1,12}(\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN;
    return value >= least && value <= most ? seconds(value * unit) : undefined;
  });
}

export function oneOf<const Value extends string>(values: readonly Value[]) {
  return variable(`one of ${values.join(', ')}`, (text) => values.find((value) => value === text.toLowerCase()));
}

const BOOLEANS: Readonly<Record<string, boolean>> = { true: true, '1': true, false: false, '0': false };
export const flag = variable('true or false', (text) => BOOLEANS[text.toLowerCase()]);

const HOST_AND_PORT = /^[^\s,:]+:\d{1,5}$|^\[[0-9a-fA-F:]+\]:\d{1,5}$/;
export const brokers = variable('brokers like kafka.example.org:9092, separated by commas', (text) => {
  const list = text.split(',').map((broker) => broker.trim());
  return list.every((broker) => HOST_AND_PORT.test(broker)) ? list : undefined;
});

export const addresses = variable('e-mail addresses, separated by commas', (text) => {
  const list = text.split(',').map((address) => address.trim());
  return list.every(isAddress) ? list : undefined;
});

/** IP addresses, or networks in CIDR notation. */
export const networks = variable(
  'addresses like 192.0.2.1 or networks like 192.0.2.0/24, separated by commas',
  (text) => {
    const list = text.split(',').map((network) => network.trim());
    return list.every(isNetwork) ? list : undefined;
  },
);

function isNetwork(text: string): boolean {
  const [address = '', length, ...rest] = text.split('/');
  const longest = isIPv4(address) ? 32 : isIPv6(address) ? 128 : -1;
  if (rest.length > 0 || longest < 0) return false;
  // A prefix of length 0 would trust every client, so that anybody could forge the address.
  return length === undefined || (/^\d{1,3}$/.test(length) && Number(length) > 0 && Number(length) <= longest);
}

/** A URL to which secrets may be sent: https, or http to the local machine. */
export function safeUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname)) ? url : undefined;
}

export const topic = matching(/^[A-Za-z0-9._-]{1,249}$/, 'a topic: letters, digits, dots, underscores, hyphens');
