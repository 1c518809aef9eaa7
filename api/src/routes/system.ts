import { Hono } from 'hono';
import type { ApiDeps, ReadyReport } from '../deps.ts';

/** Alive, ready, measured: open to whoever can reach the port, without personal data. */
export function systemRoutes(deps: ApiDeps) {
  return new Hono()
    .get('/healthz', (c) => c.json({ ok: true, version: deps.version }))
    .get('/readyz', async (c) => {
      let checks: ReadyReport;
      try {
        checks = await deps.checks();
      } catch (cause) {
        deps.log.error({ err: cause }, 'readiness checks failed to run');
        checks = { checks: { ok: false, detail: 'The checks themselves failed; see the log.' } };
      }
      const ok = Object.values(checks).every((check) => check.ok);
      c.header('Cache-Control', 'no-store');
      return c.json({ ok, version: deps.version, checks }, ok ? 200 : 503);
    })
    .get('/metrics', async (c) =>
      c.text(await deps.metrics(), 200, {
        'Content-Type': 'text/plain; version=0.0.4; charset=utf-8',
        'Cache-Control': 'no-store',
      }),
    );
}
