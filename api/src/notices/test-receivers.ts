import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A mail as it came in. */
export interface ReceivedMail {
  readonly to: readonly string[];
  readonly raw: string;
}

/** A real mail server on loopback that takes everything, but for recipients with `nobody` in their name. */
export async function openMailServer(port = 0) {
  const mails: ReceivedMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo: ({ address }, _session, done) =>
      address.startsWith('nobody') ? done(Object.assign(new Error('no such mailbox'), { responseCode: 550 })) : done(),
    onData: (stream, session, done) => {
      const pieces: Buffer[] = [];
      stream.on('data', (piece: Buffer) => pieces.push(piece));
      stream.on('end', () => {
        mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), raw: Buffer.concat(pieces).toString('utf8') });
        done();
      });
    },
  });
  await new Promise<void>((ready) => server.listen(port, '127.0.0.1', ready));
  const { port: opened } = server.server.address() as AddressInfo;
  return { mails, port: opened, close: () => new Promise<void>((done) => server.close(() => done())) };
}

/** A request as it came in, its body untouched. */
export interface ReceivedPost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A real HTTP receiver on loopback; `answer` says what the next requests get. */
export async function openReceiver(port = 0) {
  const posts: ReceivedPost[] = [];
  const state = { status: 200, text: 'taken' };
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      posts.push({ url: request.url ?? '', headers: request.headers, body: Buffer.concat(pieces).toString('utf8') });
      response.writeHead(state.status, state.status === 302 ? { Location: '/elsewhere' } : {}).end(state.text);
    });
  });
  await new Promise<void>((ready) => server.listen(port, '127.0.0.1', ready));
  const { port: opened } = server.address() as AddressInfo;
  return {
    posts,
    state,
    port: opened,
    url: `http://127.0.0.1:${opened}/hook`,
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
