import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { TlsFiles } from './config.ts';
import { connectPacket, pause, RawClient, TestBroker, until, up } from './test-kit.ts';

let folder: string;
let kit: TestBroker;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plume-broker-tls-'));
  authority('ca');
  authority('other');
  certificate('server', 'ca', 'localhost', 365);
  certificate('renewed', 'ca', 'localhost', 365);
  certificate('T1', 'ca', 'T1', 365);
  certificate('stranger', 'other', 'T1', 365);
  certificate('expired', 'ca', 'T1', -1);
});
afterEach(async () => {
  await kit.broker.stop();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function openssl(...args: string[]): void {
  execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
}
const EC = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
function authority(name: string): void {
  openssl('req', '-x509', ...EC, '-keyout', `${name}.key`, '-out', `${name}.pem`, '-subj', `/CN=${name}`, '-days', '365');
}
function certificate(name: string, issuer: string, commonName: string, days: number): void {
  writeFileSync(join(folder, `${name}.ext`), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
  openssl('req', ...EC, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${commonName}`);
  openssl(
    'x509',
    '-req',
    '-in',
    `${name}.csr`,
    '-CA',
    `${issuer}.pem`,
    '-CAkey',
    `${issuer}.key`,
    '-CAcreateserial',
    '-out',
    `${name}.pem`,
    '-days',
    `${days}`,
    '-extfile',
    `${name}.ext`,
  );
}
const file = (name: string): Buffer => readFileSync(join(folder, name));
const serverFiles = (withAuthority: boolean): TlsFiles => ({
  cert: file('server.pem'),
  key: file('server.key'),
  ...(withAuthority ? { ca: file('ca.pem') } : {}),
});
async function start(withAuthority: boolean, limits: object = {}): Promise<number> {
  kit = await TestBroker.start({
    mqttPort: null,
    mqttsPort: 0,
    tls: serverFiles(withAuthority),
    limits: { failureDelayMs: 1, ...limits },
  });
  return kit.broker.ports.mqtts ?? 0;
}
const trusting = (extra: ConnectionOptions = {}): ConnectionOptions => ({
  ca: file('ca.pem'),
  servername: 'localhost',
  ...extra,
});
const withCertificate = (name: string): ConnectionOptions => trusting({ cert: file(`${name}.pem`), key: file(`${name}.key`) });

describe('MQTTS', () => {
  it('serves TLS 1.2 and 1.3, with and without the protocol name mqtt', async () => {
    const port = await start(false);
    for (const options of [{ maxVersion: 'TLSv1.2' }, { minVersion: 'TLSv1.3' }, { ALPNProtocols: ['mqtt'] }] as const) {
      const client = await RawClient.openTls(
        port,
        trusting({ ...options, ...('ALPNProtocols' in options ? { ALPNProtocols: ['mqtt'] } : {}) }),
      );
      expect((await client.connect('T1')).returnCode).toBe(0);
      client.publish(up('T1'), 'x', { messageId: 1 });
      await until('PUBACK', () => client.ids('puback').length === 1);
      client.end();
      await until('absence', () => kit.broker.stats().connections === 0);
    }
    expect(kit.offered.map((each) => each.envelope.transport)).toEqual(['mqtts', 'mqtts', 'mqtts']);
  });

  it.each([
    { name: 'TLS 1.1', options: { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const },
    { name: 'another protocol name', options: { ALPNProtocols: ['h2'] } },
  ])('refuses $name before any payload is read', async ({ options }) => {
    const port = await start(false);
    await expect(RawClient.openTls(port, trusting(options))).rejects.toThrow();
    await until('the incident', () => kit.incidents.length > 0);
    expect(kit.kinds()).toEqual(['tlsFailure']);
    expect(kit.broker.stats()).toMatchObject({ refused: { tls: 1 }, connections: 0 });
  });

  it('refuses plain MQTT on its port', async () => {
    const port = await start(false);
    const client = await RawClient.open(port);
    client.send(connectPacket('T1'));
    await client.closed();
    expect(kit.kinds()).toEqual(['tlsFailure']);
  });

  it('closes a handshake that is never finished', async () => {
    const port = await start(false, { handshakeTimeoutMs: 100 });
    const socket = net.connect(port, '127.0.0.1');
    const gone = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => socket.destroy());
    socket.write(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]));
    await gone;
    await until('the incident', () => kit.kinds().includes('tlsFailure'));
    const good = await RawClient.openTls(port, trusting());
    expect((await good.connect('T1')).returnCode).toBe(0);
    good.end();
  });

  it('bounds the handshakes going on, and counts them down again', async () => {
    const port = await start(false, { maxHandshakes: 2 });
    const stalled = [await RawClient.open(port), await RawClient.open(port)];
    await (await RawClient.open(port)).closed();
    expect(kit.broker.stats().refused.tooManyHandshakes).toBe(1);
    for (const each of stalled) each.end();
    await pause(50);
    for (let n = 0; n < 5; n += 1) {
      const client = await RawClient.openTls(port, trusting());
      expect((await client.connect(`T${n}`)).returnCode).toBe(0);
    }
    expect(kit.broker.stats().connected.mqtts).toBe(5);
  });

  it('takes a new certificate for new connections and keeps the old one when the files do not fit', async () => {
    const port = await start(false);
    const old = await RawClient.openTls(port, trusting());
    await old.connect('T1');
    expect(() => kit.broker.reloadTls({ cert: file('renewed.pem'), key: file('server.key') })).toThrow();
    expect(await serial(port)).toBe(serialOf('server'));
    kit.broker.reloadTls({ cert: file('renewed.pem'), key: file('renewed.key') });
    expect(await serial(port)).toBe(serialOf('renewed'));
    expect(old.isClosed).toBe(false);
    old.end();
  });
});

describe('MQTTS with an authority for terminals', () => {
  it('lets in the terminal whose certificate carries its id, with its secret', async () => {
    const port = await start(true);
    const client = await RawClient.openTls(port, withCertificate('T1'));
    expect((await client.connect('T1')).returnCode).toBe(0);
    client.end();
    const wrong = await RawClient.openTls(port, withCertificate('T1'));
    expect((await wrong.connect('T1', { password: Buffer.from('wrong') })).returnCode).toBe(5);
  });

  it('refuses another terminal’s certificate', async () => {
    const port = await start(true);
    const client = await RawClient.openTls(port, withCertificate('T1'));
    expect((await client.connect('T9')).returnCode).toBe(5);
    expect(kit.kinds()).toEqual(['certificateMismatch']);
  });

  it.each(['stranger', 'expired', 'none'])(
    'refuses a certificate that does not hold (%s) before any payload is read',
    async (name) => {
      const port = await start(true);
      // With TLS 1.3 the client learns of it only after its own half of the handshake.
      const client = await RawClient.openTls(port, name === 'none' ? trusting() : withCertificate(name)).catch(() => null);
      if (client !== null) {
        client.send(connectPacket('T1'));
        await client.closed();
        expect(client.packets).toEqual([]);
      }
      await until('the incident', () => kit.kinds().includes('tlsFailure'));
      expect(kit.broker.stats().logins).toBe(0);
    },
  );
});

async function serial(port: number): Promise<string> {
  const client = await RawClient.openTls(port, trusting());
  const { stream } = client;
  const found =
    'getPeerCertificate' in stream && typeof stream.getPeerCertificate === 'function'
      ? stream.getPeerCertificate().serialNumber
      : '';
  client.end();
  return String(found);
}

function serialOf(name: string): string {
  return execFileSync('openssl', ['x509', '-in', `${name}.pem`, '-noout', '-serial'], { cwd: folder })
    .toString()
    .trim()
    .replace('serial=', '');
}
