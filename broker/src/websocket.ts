import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createWebSocketStream, type WebSocket, WebSocketServer } from 'ws';
import type { Admission } from './admission.ts';
import type { Hub } from './hub.ts';

const SUBPROTOCOL = 'mqtt';
const TCP_KEEPALIVE_MS = 60_000;
/** One WebSocket message may carry several MQTT packets. */
const PACKETS_PER_MESSAGE = 2;

/** What the door does with an accepted WebSocket: its byte stream, and a way to say that the peer sent text. */
export type OnWebSocket = (stream: Duplex, socket: Socket, onText: (listener: () => void) => void) => void;

/** MQTT over WebSocket. The HTTP server owns the port and passes its upgrade requests; this part answers all of them. */
export class WebSocketDoor {
  readonly #hub: Hub;
  readonly #admission: Admission;
  readonly #onWebSocket: OnWebSocket;
  readonly #server: WebSocketServer;

  constructor(hub: Hub, admission: Admission, onWebSocket: OnWebSocket) {
    this.#hub = hub;
    this.#admission = admission;
    this.#onWebSocket = onWebSocket;
    this.#server = new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      maxPayload: hub.limits.maxPacketBytes * PACKETS_PER_MESSAGE,
      handleProtocols: () => SUBPROTOCOL,
    });
  }

  /** Answers one upgrade request: 101, or an HTTP error and the end of the socket. Never throws. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((each) => each.trim());
    if (!(socket instanceof Socket)) refuse(socket, '400 Bad Request', 'a network socket is needed');
    else if (this.#hub.isStopping) refuse(socket, '503 Service Unavailable', 'stopping');
    else if (!offered.includes(SUBPROTOCOL)) refuse(socket, '400 Bad Request', 'offer the WebSocket subprotocol mqtt');
    else if (!this.#admission.admit(socket)) refuse(socket, '429 Too Many Requests', 'too many connections');
    else this.#upgrade(request, socket, head);
  }

  #upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    socket.setKeepAlive(true, TCP_KEEPALIVE_MS);
    socket.setNoDelay(true);
    try {
      this.#server.handleUpgrade(request, socket, head, (webSocket: WebSocket) => {
        const textListeners: (() => void)[] = [];
        webSocket.on('message', (_data, isBinary) => {
          if (!isBinary) for (const listener of textListeners) listener();
        });
        this.#onWebSocket(createWebSocketStream(webSocket), socket, (listener) => textListeners.push(listener));
      });
    } catch (cause) {
      this.#hub.deps.log.warn({ err: cause }, 'a WebSocket upgrade failed');
      socket.destroy();
    }
  }

  close(): void {
    this.#server.close();
  }
}

function refuse(socket: Duplex, status: string, reason: string): void {
  const body = `${reason}\n`;
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
