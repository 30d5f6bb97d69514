import { describe, expect, it } from 'vitest';
import { networkOf } from '../../../src/http/network.js';
import { connectionLimits } from '../../../src/http/open-files.js';

describe('what counts as one address', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::9', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['not an address', 'not an address'],
  ])('%s is %s', (ip, network) => {
    expect(networkOf(ip)).toBe(network);
  });
});

describe('what a limit of open files allows', () => {
  it.each([
    [1_024, 768, 576],
    [20_000, 19_744, 14_808],
    [100, 50, 37],
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
  ])('%d: %d connections, %d streams', (limit, connections, streams) => {
    expect(connectionLimits(limit)).toEqual({ connections, streams });
  });

  it('is known on Linux', () => {
    expect(connectionLimits().streams).toBeGreaterThan(0);
    if (process.platform === 'linux') expect(connectionLimits().streams).not.toBe(Number.POSITIVE_INFINITY);
  });
});
