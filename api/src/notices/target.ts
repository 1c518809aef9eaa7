import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

/** Where an address lies, for whoever enters it. `refused`: link-local, where clouds answer with their secrets. */
export type Reach = 'loopback' | 'private' | 'public' | 'refused' | 'unknown';

function block(nets: readonly (readonly [string, number, 'ipv4' | 'ipv6'])[]): BlockList {
  const list = new BlockList();
  for (const [net, prefix, family] of nets) list.addSubnet(net, prefix, family);
  return list;
}

const LOOPBACK = block([
  ['127.0.0.0', 8, 'ipv4'],
  ['::1', 128, 'ipv6'],
]);
const PRIVATE = block([
  ['10.0.0.0', 8, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['fc00::', 7, 'ipv6'],
]);
const REFUSED = block([
  ['169.254.0.0', 16, 'ipv4'],
  ['fe80::', 10, 'ipv6'],
  ['0.0.0.0', 8, 'ipv4'],
  ['224.0.0.0', 4, 'ipv4'],
  ['ff00::', 8, 'ipv6'],
]);

/** Where an IP address lies. */
export function reachOf(address: string): Reach {
  const plain = address.replace(/^\[|\]$/g, '').replace(/^::ffff:(?=\d+\.)/i, '');
  const version = isIP(plain);
  if (version === 0) return 'unknown';
  const family = version === 4 ? 'ipv4' : 'ipv6';
  if (LOOPBACK.check(plain, family)) return 'loopback';
  if (REFUSED.check(plain, family)) return 'refused';
  return PRIVATE.check(plain, family) ? 'private' : 'public';
}

const LOOKUP_MS = 2_000;

/** Where a host lies now, by its name or address; `unknown` when its name leads nowhere within two seconds. */
export async function reachOfHost(host: string): Promise<Reach> {
  const literal = reachOf(host);
  if (literal !== 'unknown') return literal;
  try {
    const found = await Promise.race([
      lookup(host, { all: true }),
      new Promise<null>((done) => setTimeout(done, LOOKUP_MS, null).unref()),
    ]);
    const reaches = (found ?? []).map(({ address }) => reachOf(address));
    return (['refused', 'loopback', 'private', 'public'] as const).find((each) => reaches.includes(each)) ?? 'unknown';
  } catch {
    return 'unknown';
  }
}

/** Why an address cannot be a target; null when it can. Only http and https, no name and password in it, no link-local host. */
export function urlFault(text: string): string | null {
  if (!URL.canParse(text)) return 'must be an address such as https://gateway.example/notices';
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'must begin with http:// or https://';
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or password';
  return reachOf(url.hostname) === 'refused' ? 'is an address that no receiver may have (link-local or multicast)' : null;
}
