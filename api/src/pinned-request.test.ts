import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OpenAPIHono } from '@hono/zod-openapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiCall } from './call.ts';
import { pinnedRequest } from './pinned-request.ts';
import { serveApp } from './serve.ts';

describe('requests of the command line over HTTPS', () => {
  let folder: string;
  let server: Server;
  let base: string;
  let fingerprint: string;
  let requests = 0;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'plume-pin-'));
    // Signed by nobody, made out to another name: what the browser thinks of it is none of the command line's business.
    const make = [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-subj',
      '/CN=elsewhere',
      '-days',
      '1',
    ];
    execFileSync('openssl', [...make, '-keyout', 'key.pem', '-out', 'cert.pem'], { cwd: folder, stdio: 'pipe' });
    const [cert, key] = ['cert.pem', 'key.pem'].map((name) => readFileSync(join(folder, name), 'utf8'));
    if (!cert || !key) throw new Error('no certificate');
    fingerprint = new X509Certificate(cert).fingerprint256;
    const app = new OpenAPIHono();
    app.post('/echo', async (c) => {
      requests += 1;
      return c.json({ body: await c.req.json(), authorization: c.req.header('authorization') });
    });
    app.delete('/nothing', (c) => c.body(null, 204));
    app.get('/zip', (c) => c.body(Uint8Array.of(0x50, 0x4b, 0xff), 200, { 'content-type': 'application/zip' }));
    server = await serveApp(app, { host: '127.0.0.1', port: 0, tls: { cert, key } });
    base = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.close();
    server.closeAllConnections();
    rmSync(folder, { recursive: true, force: true });
  });

  it('reach the service whose certificate is known, whatever is written in it', async () => {
    const call = apiCall(pinnedRequest(base, fingerprint), 'secret');
    expect(await call('POST', '/echo', { plate: '新B12345' })).toEqual({
      body: { plate: '新B12345' },
      authorization: 'Bearer secret',
    });
    expect(await call('DELETE', '/nothing')).toBeNull();
    expect(await call('GET', '/zip')).toEqual(Uint8Array.of(0x50, 0x4b, 0xff));
  });

  it('send nothing to anybody else', async () => {
    requests = 0;
    const call = apiCall(pinnedRequest(base, fingerprint.replace(/^../, '00')), 'secret');
    await expect(call('POST', '/echo', {})).rejects.toThrow('is not that of the service');
    expect(requests).toBe(0);
  });

  it('reject when nobody listens', async () => {
    await expect(apiCall(pinnedRequest('https://127.0.0.1:1', fingerprint), 'secret')('GET', '/')).rejects.toThrow(
      'ECONNREFUSED',
    );
  });
});
