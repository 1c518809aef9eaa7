import { describe, expect, it } from 'vitest';
import { networkOf, THROTTLE, throttleKeys } from './throttle-rules.ts';

describe('the network of an address', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['local', 'local'],
  ])('%s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});

describe('the keys of an attempt', () => {
  const stranger = { name: 'wang', address: '192.0.2.7', userId: 3, knownDevice: null };

  it('are account and address, address, and account, for a browser that is not known', () => {
    expect(throttleKeys(stranger).map(({ rule }) => rule.kind)).toEqual(['pair', 'address', 'account']);
  });

  it('are the browser alone for one that is: nobody elsewhere can hold it up', () => {
    const keys = throttleKeys({ ...stranger, knownDevice: Buffer.alloc(32, 7) });
    expect(keys.map(({ rule }) => rule.kind)).toEqual(['device']);
    const elsewhere = throttleKeys(stranger).map(({ key }) => key.toString());
    expect(elsewhere).not.toContain(keys[0]?.key.toString());
  });

  it('tell names and addresses apart that only look alike when joined', () => {
    const one = throttleKeys({ ...stranger, name: 'a', address: 'b\nc' })[0];
    const other = throttleKeys({ ...stranger, name: 'a\nb', address: 'c' })[0];
    expect(one?.key).not.toEqual(other?.key);
  });

  it('never make anyone wait longer than half an hour', () => {
    for (const { longestWaitMs } of Object.values(THROTTLE)) expect(longestWaitMs).toBeLessThanOrEqual(30 * 60_000);
  });
});
