import { BlockList, isIP } from 'node:net';
import type { Context } from 'hono';

/** Where a request comes from, and what it is told by proxies that are trusted. */
export type AddressReader = (c: Context) => string;

/** Address of requests that come over no network: a command that opened the application for itself. */
export const NO_NETWORK = 'local';

function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(address);
  return version === 4 ? 'ipv4' : version === 6 ? 'ipv6' : undefined;
}

/** Whether a text is an address, or a network written as address and number of bits. */
export function isAddressOrNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const most = familyOf(address) === 'ipv4' ? 32 : familyOf(address) === 'ipv6' ? 128 : -1;
  return most > 0 && rest.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most));
}

/** The other end of the connection, as @hono/node-server hands it over; undefined when there is none. */
function peerOf(env: unknown): string | undefined {
  if (typeof env !== 'object' || env === null || !('incoming' in env)) return undefined;
  const { incoming } = env;
  if (typeof incoming !== 'object' || incoming === null || !('socket' in incoming)) return undefined;
  const { socket } = incoming;
  if (typeof socket !== 'object' || socket === null || !('remoteAddress' in socket)) return undefined;
  return typeof socket.remoteAddress === 'string' ? socket.remoteAddress : undefined;
}

/**
 * Reads the address of who asks. `proxies` (addresses, or networks such as 10.0.0.0/8) are believed about X-Forwarded-For: the last address
 * there that is not one of them is the sender. Anyone else may write into that header what they like.
 */
export function addressReader(proxies: readonly string[]): AddressReader {
  const trusted = new BlockList();
  for (const proxy of proxies) {
    const [address = '', bits] = proxy.split('/');
    const family = familyOf(address);
    if (!family || !isAddressOrNetwork(proxy)) throw new Error(`"${proxy}" is neither an address nor a network`);
    if (bits === undefined) trusted.addAddress(address, family);
    else trusted.addSubnet(address, Number(bits), family);
  }
  const isTrusted = (address: string) => {
    const family = familyOf(address);
    return family !== undefined && trusted.check(address, family);
  };
  return (c) => {
    let sender = plain(peerOf(c.env) ?? NO_NETWORK);
    const told = (c.req.header('x-forwarded-for') ?? '').split(',').map((each) => plain(each.trim()));
    while (isTrusted(sender)) {
      const before = told.pop();
      if (before === undefined || familyOf(before) === undefined) break;
      sender = before;
    }
    return sender;
  };
}
