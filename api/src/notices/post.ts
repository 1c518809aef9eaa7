import { lookup } from 'node:dns';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { reachOf } from './target.ts';

const TIMEOUT_MS = 15_000;
/** Bytes of an answer that are read and kept. */
const ANSWER_BYTES = 2_000;

/** What a receiver answered: HTTP status, and the beginning of its text. */
export interface PostAnswer {
  readonly status: number;
  readonly text: string;
}

/** Looks a name up and refuses what it leads to when no receiver may be there, also when the name is pointed elsewhere later. */
const guardedLookup: LookupFunction = (host, options, done) => {
  lookup(host, { ...options, all: true }, (error, found) => {
    if (error) return done(error, []);
    const refused = found.find(({ address }) => reachOf(address) === 'refused');
    if (refused) return done(new Error(`${host} leads to ${refused.address}, where no receiver may be`), []);
    const [first] = found;
    return options.all || first === undefined ? done(null, found) : done(null, first.address, first.family);
  });
};

async function beginningOf(answer: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes >= ANSWER_BYTES) break;
  }
  return Buffer.concat(pieces).subarray(0, ANSWER_BYTES).toString('utf8');
}

/** Posts a body once. Redirects are answers like others, not followed. Rejects when nobody answers within 15 s. */
export function post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<PostAnswer> {
  const target = new URL(url);
  const request = target.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const call = request(target, {
      method: 'POST',
      headers: { ...headers, 'Content-Length': String(Buffer.byteLength(body)), 'User-Agent': 'Plume' },
      lookup: guardedLookup,
      agent: false,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    call.once('error', reject);
    call.once('response', (answer) => {
      beginningOf(answer)
        .then((text) => {
          call.destroy();
          resolve({ status: answer.statusCode ?? 0, text });
        })
        .catch(reject);
    });
    call.end(body);
  });
}
