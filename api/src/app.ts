import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { OpenAPIHono } from '@hono/zod-openapi';
import { compress } from 'hono/compress';
import { type ApiEnv, createAccess } from './access.ts';
import { withProblems } from './database.ts';
import type { ApiDeps } from './deps.ts';
import { docsPage } from './docs-page.ts';
import { LiveHub } from './live-hub.ts';
import { Problem, ProblemSchema, problemResponse } from './problem.ts';
import { jsonOnly, limitBody, privateAnswers, refuseForeignOrigin, safeHeaders, stayOnHttps } from './request-guards.ts';
import { ledgerRoutes } from './routes/ledger.ts';
import { liveRoutes } from './routes/live.ts';
import { seriesRoutes } from './routes/series.ts';
import { sessionRoutes } from './routes/session.ts';
import { systemRoutes } from './routes/system.ts';
import { terminalRoutes } from './routes/terminals.ts';
import { vehicleRoutes } from './routes/vehicles.ts';
import { staticFiles } from './static-files.ts';
import { explainInvalid, toProblem } from './to-problem.ts';

/** Pages that may watch the live stream at once. */
export const MAX_LIVE_WATCHERS = 200;

/** The versioned API. Every route but sign-in stands behind the guard; so does whatever address is not known. */
function versionOne(deps: ApiDeps, hub: LiveHub) {
  const db = withProblems(deps.db);
  const access = createAccess(db, deps.serviceToken, deps.clock);
  const open = new OpenAPIHono({ defaultHook: explainInvalid }).route('/', sessionRoutes(deps, access));
  const guarded = new OpenAPIHono<ApiEnv>({ defaultHook: explainInvalid });
  guarded.use('*', access.guard);
  return open.route(
    '/',
    guarded
      .route('/', vehicleRoutes(deps, db))
      .route('/', seriesRoutes(deps, db))
      .route('/', terminalRoutes(deps, db))
      .route('/', ledgerRoutes(deps, db))
      .route('/', liveRoutes(deps, hub)),
  );
}

/** What the page's typed client knows of the API. */
export type Api = ReturnType<typeof mount>;

function mount(app: OpenAPIHono, deps: ApiDeps, hub: LiveHub) {
  return app.route('/api/v1', versionOne(deps, hub));
}

/**
 * The whole HTTP application: health, metrics, the versioned API with its description, and the page. It opens no port; errors become
 * problem JSON in one place. The live stream ends when `deps.stop` aborts.
 */
export function createApp(deps: ApiDeps): OpenAPIHono {
  const app = new OpenAPIHono();
  const hub = new LiveHub(deps.live, { run: randomBytes(6).toString('hex'), maxWatchers: MAX_LIVE_WATCHERS });
  if (deps.stop) {
    // Each open stream listens for the stop.
    setMaxListeners(MAX_LIVE_WATCHERS + 10, deps.stop);
    deps.stop.addEventListener('abort', () => hub.close(), { once: true });
  }
  app.onError((error) => {
    const problem = toProblem(error);
    if (problem.status === 500) deps.log.error({ err: error }, 'a request failed');
    return problemResponse(problem);
  });
  app.notFound((c) =>
    problemResponse(
      new Problem(
        404,
        'NOT_FOUND',
        `There is nothing at ${c.req.path.slice(0, 200)}.`,
        'See /api/docs for the addresses of this service.',
      ),
    ),
  );
  app.use(safeHeaders, stayOnHttps, refuseForeignOrigin);
  app.use('/api/v1/*', privateAnswers);
  app.use('/api/*', compress(), limitBody, jsonOnly);
  app.route('/', systemRoutes(deps));
  mount(app, deps, hub);
  app.openAPIRegistry.register('Problem', ProblemSchema);
  app.openAPIRegistry.registerComponent('securitySchemes', 'session', { type: 'apiKey', in: 'cookie', name: 'plume_session' });
  app.openAPIRegistry.registerComponent('securitySchemes', 'service', { type: 'http', scheme: 'bearer' });
  app.doc31('/api/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: 'Plume',
      version: deps.version,
      description: 'Emission telemetry of heavy diesel trucks. Moments in answers are UTC; every figure carries its unit.',
    },
    servers: [{ url: '/' }],
    security: [{ session: [] }, { service: [] }],
  });
  app.route('/', docsPage());
  app.get('*', staticFiles(deps.webRoot));
  return app;
}
