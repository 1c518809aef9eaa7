import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { OpenAPIHono } from '@hono/zod-openapi';
import { compress } from 'hono/compress';
import { type ApiEnv, createAccess } from './access.ts';
import { auditTrails } from './audit-trail.ts';
import { addressReader } from './client-address.ts';
import { withProblems } from './database.ts';
import type { ApiDeps } from './deps.ts';
import { docsPage } from './docs-page.ts';
import { API_BASE, gateOf, requireEntries } from './doorkeeper.ts';
import { LiveHub } from './live-hub.ts';
import { type OpenApiDocument, openApiDocument } from './openapi-document.ts';
import { peopleParts } from './people/parts.ts';
import { createPasswords } from './people/passwords.ts';
import { createSecurityBook } from './people/security-settings.ts';
import { Problem, ProblemSchema, problemResponse } from './problem.ts';
import { RATE_LIMITS, rateLimiter } from './rate-limits.ts';
import { jsonOnly, limitBody, privateAnswers, refuseForeignOrigin, safeHeaders, stayOnHttps } from './request-guards.ts';
import { accountRoutes } from './routes/account.ts';
import { alarmRoutes } from './routes/alarms.ts';
import { auditRoutes } from './routes/audit.ts';
import { backTestRoutes } from './routes/back-tests.ts';
import { calendarRoutes } from './routes/calendar.ts';
import { caseFigureRoutes } from './routes/case-figures.ts';
import { caseFileRoutes } from './routes/case-files.ts';
import { caseImportRoutes } from './routes/case-imports.ts';
import { caseOpenRoutes } from './routes/case-open.ts';
import { caseRoadCheckRoutes } from './routes/case-road-check.ts';
import { caseStepRoutes } from './routes/case-steps.ts';
import { caseRoutes } from './routes/cases.ts';
import { dataQualityRoutes } from './routes/data-quality.ts';
import { dayTraceRoutes } from './routes/day-trace.ts';
import { demoRoutes } from './routes/demo.ts';
import { districtRoutes } from './routes/districts.ts';
import { documentTemplateRoutes } from './routes/document-templates.ts';
import { documentRoutes } from './routes/documents.ts';
import { evaluationRoutes } from './routes/evaluations.ts';
import { evidenceRoutes } from './routes/evidence.ts';
import { exportRoutes } from './routes/exports.ts';
import { frameRoutes } from './routes/frames.ts';
import { guidanceRoutes } from './routes/guidance.ts';
import { inspectionAgreementRoutes } from './routes/inspection-agreement.ts';
import { inspectionFileRoutes } from './routes/inspection-files.ts';
import { inspectionImportRoutes } from './routes/inspection-imports.ts';
import { inspectionRoutes } from './routes/inspections.ts';
import { jobRoutes } from './routes/jobs.ts';
import { layUpRoutes } from './routes/lay-ups.ts';
import { leadDecisionRoutes } from './routes/lead-decisions.ts';
import { leadRoutes } from './routes/leads.ts';
import { ledgerRoutes } from './routes/ledger.ts';
import { linkRoutes } from './routes/links.ts';
import { liveRoutes } from './routes/live.ts';
import { noticeChannelRoutes } from './routes/notice-channels.ts';
import { noticeOutboxRoutes } from './routes/notice-outbox.ts';
import { noticeSubscriptionRoutes } from './routes/notice-subscriptions.ts';
import { peopleRoutes } from './routes/people.ts';
import { reportRoutes } from './routes/reports.ts';
import { reprocessRoutes } from './routes/reprocess.ts';
import { retentionRoutes } from './routes/retention.ts';
import { ruleRoutes } from './routes/rules.ts';
import { savedViewRoutes } from './routes/saved-views.ts';
import { securityRoutes } from './routes/security.ts';
import { seriesRoutes } from './routes/series.ts';
import { sessionRoutes } from './routes/session.ts';
import { setupRoutes } from './routes/setup.ts';
import { stationRoutes } from './routes/stations.ts';
import { statisticsRoutes } from './routes/statistics.ts';
import { systemRoutes } from './routes/system.ts';
import { tableRoutes } from './routes/tables.ts';
import { terminalChangeRoutes } from './routes/terminal-changes.ts';
import { terminalRoutes } from './routes/terminals.ts';
import { todayRoutes } from './routes/today.ts';
import { tokenRoutes } from './routes/tokens.ts';
import { trackRoutes } from './routes/track.ts';
import { vehicleChangeRoutes } from './routes/vehicle-changes.ts';
import { vehicleDayRoutes } from './routes/vehicle-days.ts';
import { vehicleExportRoutes } from './routes/vehicle-export.ts';
import { vehicleHistoryRoutes } from './routes/vehicle-history.ts';
import { vehicleImportRoutes } from './routes/vehicle-import.ts';
import { vehicleRoutes } from './routes/vehicles.ts';
import { staticFiles } from './static-files.ts';
import { tableAnswers } from './tabular/table-answers.ts';
import { explainInvalid, toProblem } from './to-problem.ts';

/** Pages that may watch the live stream at once. */
export const MAX_LIVE_WATCHERS = 200;

/** The versioned API. Every route stands behind the one gate; so does whatever address is not known. */
function versionOne(deps: ApiDeps, hub: LiveHub, document: () => OpenApiDocument) {
  const db = withProblems(deps.db);
  const { clock, demo, serviceToken } = deps;
  const security = createSecurityBook(db, clock);
  const address = addressReader(deps.trustedProxies);
  const access = createAccess({ db, serviceToken, clock, security, demo, address });
  const people = peopleParts({ deps, db, access, address, security, passwords: createPasswords(deps.passwordCost) });
  const app = new OpenAPIHono<ApiEnv>({ defaultHook: explainInvalid });
  app.use(
    '*',
    gateOf({ db, access, address, trail: auditTrails(db, clock), limits: rateLimiter(deps.rateLimits ?? RATE_LIMITS, clock) }),
  );
  app.use('*', tableAnswers({ document, clock, version: deps.version }));
  const routes = app
    .route('/', sessionRoutes(people))
    .route('/', setupRoutes(people))
    .route('/', linkRoutes(people))
    .route('/', accountRoutes(people))
    .route('/', tokenRoutes(people))
    .route('/', peopleRoutes(people))
    .route('/', securityRoutes(people))
    .route('/', auditRoutes(deps, db))
    .route('/', districtRoutes(db))
    .route('/', demoRoutes(deps, db))
    .route('/', vehicleRoutes(deps, db))
    .route('/', vehicleChangeRoutes(deps, db))
    .route('/', todayRoutes(deps, db))
    .route('/', layUpRoutes(deps, db))
    .route('/', vehicleImportRoutes(deps, db))
    .route('/', vehicleExportRoutes(deps, db))
    .route('/', dataQualityRoutes(deps, db))
    .route('/', seriesRoutes(deps, db))
    .route('/', terminalRoutes(deps, db))
    .route('/', terminalChangeRoutes(deps, db))
    .route('/', ledgerRoutes(deps, db))
    .route('/', reprocessRoutes(db))
    .route('/', evaluationRoutes(db))
    .route('/', jobRoutes(db))
    .route('/', retentionRoutes(deps, db))
    .route('/', ruleRoutes(deps, db))
    .route('/', leadRoutes(deps, db))
    .route('/', leadDecisionRoutes(deps, db))
    .route('/', caseRoutes(deps, db))
    .route('/', caseOpenRoutes(deps, db))
    .route('/', caseStepRoutes(deps, db))
    .route('/', caseFileRoutes(deps, db))
    .route('/', caseFigureRoutes(deps, db))
    .route('/', caseRoadCheckRoutes(deps, db))
    .route('/', caseImportRoutes(deps, db))
    .route('/', inspectionRoutes(deps, db))
    .route('/', inspectionFileRoutes(deps, db))
    .route('/', inspectionImportRoutes(deps, db))
    .route('/', inspectionAgreementRoutes(deps, db))
    .route('/', stationRoutes(deps, db))
    .route('/', calendarRoutes(deps, db))
    .route('/', vehicleDayRoutes(deps, db))
    .route('/', dayTraceRoutes(deps))
    .route('/', vehicleHistoryRoutes(db))
    .route('/', frameRoutes(deps, db))
    .route('/', trackRoutes(deps, db))
    .route('/', alarmRoutes(deps, db))
    .route('/', evidenceRoutes(deps, db))
    .route('/', backTestRoutes(db))
    .route('/', exportRoutes(deps, db))
    .route('/', statisticsRoutes(deps, db))
    .route('/', guidanceRoutes(deps, db))
    .route('/', tableRoutes(deps, db))
    .route('/', savedViewRoutes(db))
    .route('/', reportRoutes(deps, db))
    .route('/', documentRoutes(deps, db))
    .route('/', documentTemplateRoutes(deps, db))
    .route('/', noticeChannelRoutes(deps, db))
    .route('/', noticeSubscriptionRoutes(deps, db))
    .route('/', noticeOutboxRoutes(deps, db))
    .route('/', liveRoutes(deps, db, hub));
  requireEntries(routes.routes);
  return routes;
}

/** What the page's typed client knows of the API. */
export type Api = ReturnType<typeof mount>;

function mount(app: OpenAPIHono, deps: ApiDeps, hub: LiveHub, document: () => OpenApiDocument) {
  return app.route(API_BASE, versionOne(deps, hub, document));
}

/**
 * The whole HTTP application: health, metrics, the versioned API with its description, and the page. It opens no port; errors become
 * problem JSON in one place. The live stream ends when `deps.stop` aborts.
 */
export function createApp(deps: ApiDeps): OpenAPIHono {
  const app = new OpenAPIHono();
  const hub = new LiveHub(deps.live, {
    run: randomBytes(6).toString('hex'),
    maxWatchers: MAX_LIVE_WATCHERS,
    alarms: deps.alarms,
  });
  if (deps.stop) {
    // Each open stream listens for the stop.
    setMaxListeners(MAX_LIVE_WATCHERS + 10, deps.stop);
    deps.stop.addEventListener('abort', () => hub.close(), { once: true });
  }
  app.onError((error, c) => {
    const problem = toProblem(error, c.req.query('cursor'));
    if (problem.status === 500) deps.log.error({ err: error }, 'a request failed');
    const response = problemResponse(problem);
    // Set by the gate; absent outside of the API.
    const tell: unknown = c.get('tellLimits' as never);
    if (typeof tell === 'function') tell(response.headers);
    return response;
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
  app.use(safeHeaders(deps.mapTiles?.origin ?? null), stayOnHttps, refuseForeignOrigin);
  app.use(`${API_BASE}/*`, privateAnswers);
  app.use('/api/*', compress(), limitBody, jsonOnly);
  app.route('/', systemRoutes(deps));
  let described: OpenApiDocument | null = null;
  const document = () => {
    described ??= openApiDocument(app, deps.version, deps.rateLimits ?? RATE_LIMITS);
    return described;
  };
  mount(app, deps, hub, document);
  app.openAPIRegistry.register('Problem', ProblemSchema);
  app.openAPIRegistry.registerComponent('securitySchemes', 'session', { type: 'apiKey', in: 'cookie', name: 'plume_session' });
  app.openAPIRegistry.registerComponent('securitySchemes', 'service', { type: 'http', scheme: 'bearer' });
  app.get('/api/openapi.json', (c) => c.json(document()));
  app.route('/', docsPage());
  app.get('*', staticFiles(deps.webRoot));
  return app;
}
