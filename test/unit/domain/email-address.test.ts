import { describe, expect, it } from 'vitest';
import { emailAddress, readAddresses } from '../../../src/domain/email-address.js';

describe('an e-mail address', () => {
  it('comes out with its domain in lower case, and nothing else changed', () => {
    expect(emailAddress.parse('Night.Shift+sk@Example.ORG')).toBe('Night.Shift+sk@example.org');
  });

  it.each([
    '',
    'shift',
    'shift@',
    '@example.org',
    'shift@example',
    'a@example.org, b@example.org',
    'a@example.org;b@example.org',
    'Shift <shift@example.org>',
    '<shift@example.org>',
    '"shift"@example.org',
    'shift@example.org (the shift)',
    'shift@example.org\r\nBcc: all@example.org',
    'shift@example.org\n',
    'shift\u0000@example.org',
    'shift\u202e@example.org',
    'sh ift@example.org',
    'shift@example..org',
    'shift@[127.0.0.1]',
    'shift@example.org%0aBcc:x@example.org',
    `${'x'.repeat(65)}@example.org`,
    `${'x'.repeat(64)}@${'x.'.repeat(94)}org`,
  ])('is one bare address: not %j', (text) => {
    expect(emailAddress.safeParse(text).success).toBe(false);
  });

  it('has 254 characters at most', () => {
    expect(emailAddress.parse(`${'x'.repeat(64)}@${'x.'.repeat(93)}org`)).toHaveLength(254);
    expect(emailAddress.parse(`${'x'.repeat(64)}@example.org`)).toHaveLength(76);
  });
});

describe('a list as snews_pt sends it', () => {
  it('is separated by semicolons, holds each address once, and tells what is none', () => {
    expect(readAddresses('shift@example.org;lead@example.org')).toEqual({
      addresses: ['shift@example.org', 'lead@example.org'],
      unreadable: [],
    });
    expect(readAddresses(' shift@example.org ; ;shift@EXAMPLE.org;x\r\nBcc: y@example.org;a@b.org,c@d.org;')).toEqual({
      addresses: ['shift@example.org'],
      unreadable: ['x\r\nBcc: y@example.org', 'a@b.org,c@d.org'],
    });
    expect(readAddresses(' ; ')).toEqual({ addresses: [], unreadable: [] });
  });
});
