import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createAdaptorServer } from '@hono/node-server';
import type { OpenAPIHono } from '@hono/zod-openapi';

/** Where to listen. `port` 0 takes any free port. */
export interface ServeOptions {
  host: string;
  port: number;
  /** PEM texts; with them the page is served over HTTPS. */
  tls?: { cert: string; key: string };
}

/**
 * Listens and resolves with the server once it does, so that the caller can pass on `upgrade` requests and close it. Rejects with the system's
 * error when the port is taken. Slow senders are cut: headers within 10 s, a whole request within 30 s.
 */
export async function serveApp(app: OpenAPIHono, options: ServeOptions): Promise<Server> {
  const limits = { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 65_000, maxHeaderSize: 16_384 };
  const server = options.tls
    ? createAdaptorServer({ fetch: app.fetch, createServer: createHttpsServer, serverOptions: { ...limits, ...options.tls } })
    : createAdaptorServer({ fetch: app.fetch, createServer: createHttpServer, serverOptions: limits });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  if (!('maxHeadersCount' in server)) throw new Error('the HTTP adaptor made a server of another protocol');
  return server;
}
