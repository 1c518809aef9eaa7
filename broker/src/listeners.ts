import net from 'node:net';
import tls, { type TLSSocket } from 'node:tls';
import { plainAddress } from './access.ts';
import type { Admission } from './admission.ts';
import type { TlsFiles } from './config.ts';
import type { Hub } from './hub.ts';

const TCP_KEEPALIVE_MS = 60_000;
const SOCKET_OPTIONS = { keepAlive: true, keepAliveInitialDelay: TCP_KEEPALIVE_MS, noDelay: true } as const;

/** Opens a door without TLS. `onSocket` gets sockets that have been let in; with `allowHalfOpen` a peer that has ended can still be answered. */
export function createPlainServer(
  hub: Hub,
  admission: Admission,
  onSocket: (socket: net.Socket) => void,
  allowHalfOpen = false,
): net.Server {
  const server = net.createServer({ ...SOCKET_OPTIONS, allowHalfOpen }, (socket) => {
    socket.on('error', () => socket.destroy());
    if (admission.admit(socket)) onSocket(socket);
    else socket.destroy();
  });
  server.maxConnections = hub.limits.maxConnections;
  server.on('drop', () => dropped(hub));
  return server;
}

/** What TLS is to be: version 1.2 or later, the protocol name `mqtt` if one is asked for, a client certificate when there is an authority for it. */
export function secureOptions(files: TlsFiles): tls.SecureContextOptions {
  return { cert: files.cert, key: files.key, minVersion: 'TLSv1.2', ...(files.ca === undefined ? {} : { ca: files.ca }) };
}

/** Opens the MQTTS door. `onSocket` gets sockets whose handshake is complete, with the common name of the client's certificate. */
export function createMqttsServer(
  hub: Hub,
  admission: Admission,
  files: TlsFiles,
  onSocket: (socket: TLSSocket, certificateName: string | null) => void,
): tls.Server {
  const wantsCertificate = files.ca !== undefined;
  // The handshake's end is seen on another object than its beginning; the peer's address and port tie them together.
  const secured = new Set<string>();
  let handshakes = 0;
  const server = tls.createServer({
    ...SOCKET_OPTIONS,
    ...secureOptions(files),
    ALPNProtocols: ['mqtt'],
    handshakeTimeout: hub.limits.handshakeTimeoutMs,
    requestCert: wantsCertificate,
    rejectUnauthorized: wantsCertificate,
  });
  server.maxConnections = hub.limits.maxConnections;
  server.on('drop', () => dropped(hub));
  server.on('connection', (socket: net.Socket) => {
    socket.on('error', () => socket.destroy());
    if (!admission.admit(socket)) {
      socket.destroy();
      return;
    }
    if (handshakes >= hub.limits.maxHandshakes) {
      hub.refuse('tooManyHandshakes');
      hub.raise('tooManyConnections', null, plainAddress(socket.remoteAddress), `${handshakes} TLS handshakes are going on`);
      socket.destroy();
      return;
    }
    handshakes += 1;
    const peer = peerOf(socket);
    socket.once('close', () => {
      if (!secured.delete(peer)) handshakes -= 1;
    });
  });
  server.on('secureConnection', (socket) => {
    secured.add(peerOf(socket));
    handshakes -= 1;
    const name: unknown = wantsCertificate ? socket.getPeerCertificate().subject?.CN : null;
    onSocket(socket, typeof name === 'string' ? name : null);
  });
  server.on('tlsClientError', (error: Error & { code?: string }, socket) => {
    hub.refuse('tls');
    hub.raise('tlsFailure', null, plainAddress(socket.remoteAddress), error.code ?? error.message.slice(0, 80));
    socket.destroy();
  });
  return server;
}

function peerOf(socket: net.Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort}`;
}

function dropped(hub: Hub): void {
  hub.refuse('tooManyConnections');
  hub.raise('tooManyConnections', null, null, 'the door is full');
}

/** Listens and gives the real port. Rejects with a sentence when the port cannot be had. */
export function listen(server: net.Server, host: string, port: number, what: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const onError = (cause: Error & { code?: string }): void => {
      reject(
        new Error(`${what}: cannot listen on ${host}:${port} (${cause.code ?? cause.message}); choose another host or port`, {
          cause,
        }),
      );
    };
    server.once('error', onError);
    server.listen(port, host, () => {
      server.removeListener('error', onError);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/** Stops accepting; resolves at once, open connections are the caller's. */
export function stopListening(server: net.Server | null): void {
  if (server?.listening === true) server.close();
}
