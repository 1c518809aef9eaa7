import type { IncomingMessage } from 'node:http';
import type { Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Server as TlsServer } from 'node:tls';
import { plainAddress, wellFormedId } from './access.ts';
import { Admission } from './admission.ts';
import { type BrokerConfig, resolveLimits, type TlsFiles } from './config.ts';
import type { BrokerDeps, Transport } from './contract.ts';
import type { BrokerStats } from './counters.ts';
import { GatedConnection } from './gated-connection.ts';
import { bindSession } from './hooks.ts';
import { Hub } from './hub.ts';
import { createAedes } from './library.ts';
import { createMqttsServer, createPlainServer, listen, secureOptions, stopListening } from './listeners.ts';
import { Session } from './session.ts';
import { createTcpServer } from './tcp/tcp-door.ts';
import { WebSocketDoor } from './websocket.ts';

/** The running broker. */
export interface Broker {
  /** The real ports; null where the door is closed. */
  readonly ports: { mqtt: number | null; mqtts: number | null; tcp: number | null };
  /** Sends to the terminal's `down` with QoS 0, objects as JSON; to one on plain TCP bytes only. Dropped, and counted, when it is absent, not subscribed or not reading. */
  send(terminalId: string, message: Uint8Array | object): void;
  /** Closes the terminal's connection at once, and forgets its session; false when it had none. */
  kick(terminalId: string, reason: string): boolean;
  stats(): BrokerStats;
  /** For the HTTP server's `upgrade` event on `/mqtt`. Takes over the socket whatever the outcome. */
  handleWebSocketUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** New certificate for new MQTTS connections. Throws when the files do not fit together; then the old one stays. */
  reloadTls(files: TlsFiles): void;
  /** Lets nobody in any more, waits (bounded) for the messages being stored and their acknowledgements, closes everything. */
  stop(): Promise<void>;
}

const MAX_SWEEP_MS = 1_000;
const SWEEPS_PER_TIMEOUT = 4;

/**
 * Opens the doors. A message is acknowledged only after `deps.accept` has resolved, in the order of arrival per terminal; at
 * every bound the terminal is read more slowly, nothing is dropped. Rejects with a sentence when a port cannot be had.
 */
export async function startBroker(config: BrokerConfig, deps: BrokerDeps): Promise<Broker> {
  const limits = resolveLimits(config.limits);
  if (config.mqttsPort !== null && config.tls === null)
    throw new Error('the MQTTS port is set, but there is no certificate and key for it');
  const hub = new Hub(limits, deps);
  hub.requiresCertificate = config.tls?.ca !== undefined;
  const aedes = await createAedes(hub);
  const admission = new Admission(hub);

  const welcome = (
    raw: Duplex,
    transport: Transport,
    address: string | null,
    certificateName: string | null,
  ): GatedConnection => {
    const gate = new GatedConnection(raw, { transport, address, certificateName }, limits, hub.totals);
    const session = new Session(hub, gate);
    bindSession(gate, session);
    session.client = aedes.handle(gate);
    gate.start(session);
    return gate;
  };

  const plain =
    config.mqttPort === null
      ? null
      : createPlainServer(hub, admission, (socket) => welcome(socket, 'mqtt', addressOf(socket), null));
  const secure =
    config.mqttsPort === null || config.tls === null
      ? null
      : createMqttsServer(hub, admission, config.tls, (socket, name) => welcome(socket, 'mqtts', addressOf(socket), name));
  const native = config.tcpPort === null ? null : createTcpServer(hub, admission);
  const webSockets = new WebSocketDoor(hub, admission, (stream, socket, onText) => {
    const gate = welcome(stream, 'ws', addressOf(socket), null);
    onText(() => gate.cut('badProtocol', 'a WebSocket text message'));
  });

  const sweepMs = Math.max(
    1,
    Math.min(
      MAX_SWEEP_MS,
      Math.floor(Math.min(limits.connectTimeoutMs, limits.drainTimeoutMs, limits.maxIdleMs) / SWEEPS_PER_TIMEOUT),
    ),
  );
  const sweeper = setInterval(() => hub.sweep(), sweepMs);
  sweeper.unref();

  const ports = { mqtt: null as number | null, mqtts: null as number | null, tcp: null as number | null };
  const close = async (): Promise<void> => {
    clearInterval(sweeper);
    hub.incidents.stop();
    webSockets.close();
    await new Promise<void>((resolve) => aedes.close(resolve));
  };
  try {
    if (plain !== null) ports.mqtt = await open(plain, config.host, config.mqttPort ?? 0, 'MQTT', deps);
    if (secure !== null) ports.mqtts = await open(secure, config.host, config.mqttsPort ?? 0, 'MQTTS', deps);
    if (native !== null) ports.tcp = await open(native, config.host, config.tcpPort ?? 0, 'TCP', deps);
  } catch (cause) {
    hub.isStopping = true;
    for (const server of [plain, secure]) stopListening(server);
    await close();
    throw cause;
  }

  let stopped: Promise<void> | null = null;
  return {
    ports,
    send: (terminalId, message) => {
      const connection = hub.byTerminal.get(terminalId);
      if (connection === undefined) hub.totals.down.dropped += 1;
      else connection.send(message instanceof Uint8Array ? message : JSON.stringify(message));
    },
    kick: (terminalId, reason) => kick(hub, terminalId, reason),
    stats: () => hub.stats(),
    handleWebSocketUpgrade: (request, socket, head) => webSockets.handleUpgrade(request, socket, head),
    reloadTls: (files) => reloadTls(hub, secure, files),
    stop: () => {
      stopped ??= stop(hub, admission, [plain, secure, native], close);
      return stopped;
    },
  };
}

async function open(server: Server, host: string, port: number, what: string, deps: BrokerDeps): Promise<number> {
  const real = await listen(server, host, port, what);
  server.on('error', (error) => deps.log.error({ err: error }, `${what}: the listener reports an error`));
  return real;
}

function addressOf(socket: Socket): string | null {
  return plainAddress(socket.remoteAddress);
}

function kick(hub: Hub, terminalId: string, reason: string): boolean {
  hub.store.forget(terminalId);
  let wasThere = false;
  // All that claim the id, for one of them may be waiting to take over from another.
  for (const connection of [...hub.all]) {
    if (!connection.claims(terminalId)) continue;
    wasThere ||= connection.terminalId === terminalId;
    connection.sever();
  }
  if (wasThere) hub.deps.log.info({ terminalId: wellFormedId(terminalId), reason }, 'terminal disconnected by the service');
  return wasThere;
}

function reloadTls(hub: Hub, server: Server | null, files: TlsFiles): void {
  if (server === null || !isTlsServer(server)) throw new Error('there is no MQTTS door to give a certificate to');
  if ((files.ca !== undefined) !== hub.requiresCertificate)
    throw new Error('asking for client certificates cannot be changed while running');
  server.setSecureContext(secureOptions(files));
}

function isTlsServer(server: Server): server is TlsServer {
  return 'setSecureContext' in server;
}

async function stop(
  hub: Hub,
  admission: Admission,
  servers: readonly (Server | null)[],
  close: () => Promise<void>,
): Promise<void> {
  hub.isStopping = true;
  for (const server of servers) stopListening(server);
  const settled = await hub.whenIdle(hub.limits.stopGraceMs);
  if (!settled)
    hub.deps.log.warn({ pending: hub.pendingMessages }, 'stopped with messages not stored; their terminals will send them again');
  // Acknowledgements released just now are written at the end of this turn.
  await delay(0);
  for (const connection of [...hub.all]) connection.close();
  await close();
  await admission.whenEmpty(hub.limits.lingerMs);
}
