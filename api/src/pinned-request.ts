import { request } from 'node:https';
import { connect } from 'node:tls';

/**
 * Requests to a service over HTTPS, for the command line on its own machine: the certificate must be the very one with this SHA-256
 * fingerprint (`AA:BB:…`), whoever signed it and whatever name it carries. Rejects before anything is sent when it is another.
 */
export function pinnedRequest(base: string, fingerprint: string): (path: string, init: RequestInit) => Promise<Response> {
  return (path, init) =>
    new Promise((resolve, reject) => {
      const url = new URL(path, base);
      const host = url.hostname.replace(/^\[|\]$/g, '');
      const call = request(url, {
        method: init.method ?? 'GET',
        ...(init.signal ? { signal: init.signal } : {}),
        headers: Object.fromEntries(new Headers(init.headers)),
        createConnection: (_options, ready) => {
          const socket = connect({ host, port: Number(url.port || 443), rejectUnauthorized: false }, () => {
            if (socket.getPeerX509Certificate()?.fingerprint256 === fingerprint) ready(null, socket);
            else socket.destroy(new Error(`the certificate at ${url.host} is not that of the service`));
          });
          socket.once('error', (error) => ready(error, socket));
          return undefined;
        },
      });
      call.once('error', reject);
      call.once('response', (answer) => {
        const pieces: Buffer[] = [];
        answer.on('data', (piece: Buffer) => pieces.push(piece));
        answer.once('error', reject);
        answer.once('end', () => {
          const body = Buffer.concat(pieces);
          const type = answer.headers['content-type'];
          const headers = type === undefined ? {} : { 'content-type': type };
          resolve(new Response(body.length === 0 ? null : body, { status: answer.statusCode ?? 502, headers }));
        });
      });
      call.end(typeof init.body === 'string' ? init.body : undefined);
    });
}
