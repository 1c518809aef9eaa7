import type { Permission } from './permissions.ts';

/**
 * Who may come in beside those with a permission.
 * `open`: anyone, without signing in. `signedIn`: every caller. `person`: a person at a browser, about their own account; no token.
 * `owner`: the same, and the command line; not before a person has put right what they must.
 * `setup`: the holder of a set-up link, while there is no account. `service`: only the command line on the service's own machine.
 */
export type Needs = Permission | 'open' | 'signedIn' | 'person' | 'owner' | 'setup' | 'service';

/**
 * How a route keeps to the caller's districts. `vehicle`, `terminal`, `lead` and the like: the path's `{id}` names such a thing, and the gate asks
 * the database whether it lies in them before the handler runs. `filtered`: the handler's query takes the districts. `body`: the handler
 * checks what the body names. `none`: nothing here belongs to a district.
 */
export type Scope =
  | 'vehicle'
  | 'terminal'
  | 'assignment'
  | 'ledgerEntry'
  | 'lead'
  | 'case'
  | 'inspection'
  | 'report'
  | 'finding'
  | 'evidencePack'
  | 'job'
  | 'export'
  | 'filtered'
  | 'body'
  | 'none';

/** What the gate knows of a route. */
export interface RouteRule {
  needs: Needs;
  scope: Scope;
}

const rule = (needs: Needs, scope: Scope): RouteRule => ({ needs, scope });

/**
 * Every route under /api/v1, and what it needs. The application does not start with a route that is missing here, or with an entry that has
 * no route. `{id}` stands for every path parameter of that name.
 */
export const ROUTES: Readonly<Record<string, RouteRule>> = {
  'POST /session': rule('open', 'none'),
  'GET /session': rule('signedIn', 'none'),
  'DELETE /session': rule('signedIn', 'none'),
  'POST /setup-links': rule('service', 'none'),
  'GET /setup': rule('open', 'none'),
  'POST /setup/administrator': rule('setup', 'none'),
  'POST /links/look': rule('open', 'none'),
  'POST /links/use': rule('open', 'none'),

  'GET /account': rule('person', 'none'),
  'POST /account/password': rule('person', 'none'),
  'GET /account/sessions': rule('person', 'none'),
  'DELETE /account/sessions': rule('person', 'none'),
  'DELETE /account/sessions/{id}': rule('person', 'none'),
  'POST /account/totp': rule('person', 'none'),
  'POST /account/totp/confirm': rule('person', 'none'),
  'POST /account/totp/remove': rule('person', 'none'),
  'POST /account/totp/recovery-codes': rule('person', 'none'),
  'GET /tokens': rule('owner', 'none'),
  'POST /tokens': rule('owner', 'none'),
  'DELETE /tokens/{id}': rule('owner', 'none'),

  'GET /people': rule('people.read', 'none'),
  'POST /people': rule('people.manage', 'none'),
  'PATCH /people/{id}': rule('people.manage', 'none'),
  'POST /people/{id}/reset': rule('people.manage', 'none'),
  'POST /people/{id}/unlock': rule('people.manage', 'none'),
  'POST /people/{id}/sign-out': rule('people.manage', 'none'),
  'GET /settings/security': rule('people.read', 'none'),
  'PUT /settings/security': rule('people.manage', 'none'),
  'GET /audit': rule('audit.read', 'none'),
  'GET /audit/export': rule('audit.read', 'none'),
  'GET /audit/verify': rule('audit.read', 'none'),
  'GET /districts': rule('fleet.read', 'filtered'),

  'GET /today': rule('fleet.read', 'filtered'),
  'GET /today/trucks': rule('fleet.read', 'filtered'),
  'GET /vehicles': rule('fleet.read', 'filtered'),
  'POST /vehicles': rule('registry.write', 'body'),
  'GET /vehicles/{id}': rule('fleet.read', 'vehicle'),
  'PATCH /vehicles/{id}': rule('registry.write', 'vehicle'),
  'GET /vehicles/{id}/parameters': rule('fleet.read', 'vehicle'),
  'POST /vehicles/{id}/parameters': rule('registry.write', 'vehicle'),
  'POST /vehicles/import': rule('registry.write', 'body'),
  'GET /vehicles/import/template': rule('fleet.read', 'none'),
  'GET /vehicles/export/csv': rule('export.run', 'filtered'),
  'GET /data-quality': rule('ledger.read', 'filtered'),
  'GET /vehicles/{id}/data-quality': rule('ledger.read', 'vehicle'),
  'GET /vehicles/{id}/lay-ups': rule('fleet.read', 'vehicle'),
  'POST /vehicles/{id}/lay-ups': rule('registry.write', 'vehicle'),
  'PATCH /vehicles/{id}/lay-ups/{layUpId}': rule('registry.write', 'vehicle'),
  'DELETE /vehicles/{id}/lay-ups/{layUpId}': rule('registry.write', 'vehicle'),
  'GET /vehicles/{id}/series': rule('fleet.read', 'vehicle'),
  'GET /vehicles/{id}/track': rule('fleet.read', 'vehicle'),
  'GET /vehicles/{id}/frames': rule('fleet.read', 'vehicle'),
  'GET /vehicles/{id}/trouble-codes': rule('fleet.read', 'vehicle'),
  'GET /map': rule('signedIn', 'none'),
  'GET /roads': rule('fleet.read', 'filtered'),
  'GET /signals': rule('signedIn', 'none'),
  'GET /live': rule('fleet.read', 'filtered'),

  'GET /terminals': rule('fleet.read', 'filtered'),
  'POST /terminals': rule('terminals.manage', 'body'),
  'POST /terminals/{id}/rotate': rule('terminals.manage', 'terminal'),
  'POST /terminals/{id}/revoke': rule('terminals.manage', 'terminal'),
  'PATCH /terminals/{id}': rule('terminals.manage', 'terminal'),
  'POST /assignments': rule('registry.write', 'body'),
  'POST /assignments/{id}/end': rule('registry.write', 'assignment'),

  'GET /ledger': rule('ledger.read', 'filtered'),
  'GET /ledger/{id}': rule('ledger.read', 'ledgerEntry'),
  'GET /link': rule('ledger.read', 'filtered'),
  'GET /incidents': rule('ledger.read', 'filtered'),
  'POST /ledger/reprocess': rule('jobs.run', 'body'),
  'POST /evaluations': rule('jobs.run', 'body'),

  'GET /leads': rule('leads.read', 'filtered'),
  'GET /leads/{id}': rule('leads.read', 'lead'),
  'POST /leads/decisions': rule('leads.decide', 'body'),
  'GET /officers': rule('leads.read', 'filtered'),
  'GET /vehicles/{id}/days': rule('leads.read', 'vehicle'),
  'GET /vehicles/{id}/history': rule('leads.read', 'vehicle'),
  'GET /vehicles/{id}/days/{date}': rule('leads.read', 'vehicle'),
  'GET /vehicles/{id}/days/{date}/trace': rule('leads.read', 'vehicle'),
  'GET /alarms': rule('leads.read', 'filtered'),

  'GET /cases': rule('cases.read', 'filtered'),
  'POST /cases': rule('cases.work', 'body'),
  'GET /cases/{id}': rule('cases.read', 'case'),
  'POST /cases/{id}/steps': rule('cases.work', 'case'),
  'POST /cases/{id}/files': rule('cases.work', 'case'),
  'GET /cases/{id}/files/{file}': rule('cases.read', 'case'),
  'GET /cases/{id}/road-check': rule('cases.read', 'case'),
  'POST /cases/{id}/road-check': rule('cases.work', 'case'),
  'GET /case-steps': rule('cases.read', 'none'),
  'POST /case-steps': rule('cases.work', 'body'),
  'GET /case-workload': rule('cases.read', 'filtered'),
  'GET /case-figures': rule('cases.read', 'filtered'),
  'POST /case-imports': rule('cases.work', 'filtered'),
  'GET /case-imports/template': rule('cases.work', 'none'),
  'GET /inspections': rule('cases.read', 'filtered'),
  'POST /inspections': rule('cases.work', 'body'),
  'GET /inspections/{id}': rule('cases.read', 'inspection'),
  'PUT /inspections/{id}': rule('cases.work', 'inspection'),
  'POST /inspections/{id}/files': rule('cases.work', 'inspection'),
  'GET /inspections/{id}/files/{file}': rule('cases.read', 'inspection'),
  'GET /inspection-catalogue': rule('cases.read', 'none'),
  'GET /inspection-agreement': rule('cases.read', 'filtered'),
  'POST /inspection-imports': rule('cases.work', 'filtered'),
  'GET /inspection-imports/template': rule('cases.work', 'none'),
  'GET /stations': rule('fleet.read', 'none'),
  'POST /stations': rule('registry.write', 'none'),
  'PUT /stations/{id}': rule('registry.write', 'none'),
  'GET /calendar': rule('signedIn', 'none'),
  'GET /calendar/deadline': rule('signedIn', 'none'),
  'PUT /calendar/days': rule('calendar.manage', 'none'),
  'PUT /calendar/years': rule('calendar.manage', 'none'),
  'PUT /settings/cases': rule('calendar.manage', 'none'),

  'GET /demo': rule('signedIn', 'none'),
  'POST /demo': rule('demo.manage', 'none'),
  'POST /demo/removal': rule('demo.manage', 'none'),

  'GET /retention': rule('jobs.read', 'none'),
  'POST /retention/plans': rule('retention.manage', 'none'),
  'GET /retention/plans/{id}': rule('retention.manage', 'none'),
  'POST /retention/runs': rule('retention.manage', 'none'),

  'POST /back-tests': rule('jobs.run', 'body'),
  'POST /evidence': rule('evidence.make', 'body'),
  'GET /evidence': rule('evidence.read', 'filtered'),
  'GET /evidence/chain': rule('evidence.read', 'none'),
  'GET /evidence/{id}': rule('evidence.read', 'evidencePack'),

  'GET /rules': rule('rules.read', 'none'),
  'GET /rules/settings': rule('rules.read', 'none'),
  'POST /rules/settings': rule('rules.write', 'none'),

  'GET /exports/tables': rule('export.run', 'none'),
  'POST /exports/plan': rule('export.run', 'body'),
  'POST /exports': rule('export.run', 'body'),
  'GET /exports': rule('export.run', 'filtered'),
  'GET /exports/{id}': rule('export.run', 'export'),
  'POST /exports/{id}/cancel': rule('export.run', 'export'),
  'DELETE /exports/{id}': rule('export.run', 'export'),
  'GET /exports/{id}/file': rule('export.run', 'export'),
  'GET /tables/{table}': rule('export.run', 'filtered'),
  'GET /statistics/catalogue': rule('statistics.read', 'filtered'),
  'GET /statistics/table': rule('statistics.read', 'filtered'),
  'GET /statistics/distribution': rule('statistics.read', 'filtered'),
  'GET /statistics/ranking': rule('statistics.read', 'filtered'),
  'GET /statistics/contract': rule('statistics.read', 'filtered'),
  'GET /statistics/map': rule('statistics.read', 'filtered'),
  'GET /statistics/guidance': rule('statistics.read', 'filtered'),
  'GET /statistics/treatment': rule('statistics.read', 'filtered'),
  'GET /statistics/exemptions': rule('statistics.read', 'filtered'),
  'PUT /statistics/exemptions/criteria': rule('rules.write', 'none'),
  'GET /statistics/views': rule('statistics.read', 'none'),
  'POST /statistics/views': rule('statistics.read', 'none'),
  'PATCH /statistics/views/{id}': rule('statistics.read', 'none'),
  'DELETE /statistics/views/{id}': rule('statistics.read', 'none'),
  'GET /reports': rule('statistics.read', 'filtered'),
  'POST /reports': rule('reports.issue', 'body'),
  'GET /reports/{id}': rule('statistics.read', 'report'),
  'POST /reports/{id}/revisions': rule('reports.issue', 'report'),
  'GET /reports/{id}/revisions/{revision}/xlsx': rule('statistics.read', 'report'),
  'GET /report-schedule': rule('statistics.read', 'none'),
  'PUT /report-schedule': rule('reports.issue', 'none'),
  'GET /cases/{id}/documents': rule('documents.read', 'case'),
  'POST /cases/{id}/documents': rule('documents.issue', 'case'),
  'GET /cases/{id}/documents/{document}/{format}': rule('documents.read', 'case'),
  'GET /cases/{id}/archive': rule('documents.read', 'case'),
  'GET /documents/templates': rule('documents.manage', 'none'),
  'POST /documents/templates': rule('documents.manage', 'none'),
  'POST /documents/preview': rule('documents.manage', 'body'),
  'GET /documents/office': rule('documents.manage', 'none'),
  'PUT /documents/office': rule('documents.manage', 'none'),

  'GET /notices/channels': rule('notices.manage', 'none'),
  'POST /notices/channels': rule('notices.manage', 'none'),
  'PUT /notices/channels/{id}': rule('notices.manage', 'none'),
  'POST /notices/channels/{id}/test': rule('notices.manage', 'none'),
  'GET /notices/addresses': rule('notices.manage', 'none'),
  'PUT /notices/addresses/{id}': rule('notices.manage', 'none'),
  'GET /notices/subscriptions': rule('notices.manage', 'none'),
  'POST /notices/subscriptions': rule('notices.manage', 'none'),
  'PUT /notices/subscriptions/{id}': rule('notices.manage', 'none'),
  'DELETE /notices/subscriptions/{id}': rule('notices.manage', 'none'),
  'GET /notices/subscriptions/{id}/digest': rule('notices.manage', 'none'),
  'GET /notices/outbox': rule('notices.read', 'filtered'),
  'POST /notices/outbox/{id}/resend': rule('notices.manage', 'none'),

  'GET /jobs': rule('jobs.read', 'filtered'),
  'GET /jobs/{id}': rule('jobs.read', 'job'),
  'POST /jobs/{id}/cancel': rule('jobs.run', 'job'),
};
