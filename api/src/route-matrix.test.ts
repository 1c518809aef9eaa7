import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isPermission, ROLES } from './permissions.ts';
import { ROUTES } from './route-table.ts';
import { objectOf, openTestApp, type TestApp } from './test-app.ts';
import { addAccount, type Browser, browser, signedIn } from './test-people.ts';

/**
 * Who may use which route, written down a second time: o officer, a analyst, m administrator, u auditor; s everyone who is signed in;
 * l the command line; f the holder of a set-up link while there is no account; * everyone. The command line may do everything but what is
 * about an account of one's own.
 */
const ALLOWED: Readonly<Record<string, string>> = {
  'POST /session': '*',
  'GET /session': 's',
  'DELETE /session': 's',
  'POST /setup-links': 'l',
  'GET /setup': '*',
  'POST /setup/administrator': 'f',
  'POST /links/look': '*',
  'POST /links/use': '*',
  'GET /account': 'oamu',
  'POST /account/password': 'oamu',
  'GET /account/sessions': 'oamu',
  'DELETE /account/sessions': 'oamu',
  'DELETE /account/sessions/{id}': 'oamu',
  'POST /account/totp': 'oamu',
  'POST /account/totp/confirm': 'oamu',
  'POST /account/totp/remove': 'oamu',
  'POST /account/totp/recovery-codes': 'oamu',
  'GET /tokens': 'oamul',
  'POST /tokens': 'oamul',
  'DELETE /tokens/{id}': 'oamul',
  'GET /people': 'mul',
  'POST /people': 'ml',
  'PATCH /people/{id}': 'ml',
  'POST /people/{id}/reset': 'ml',
  'POST /people/{id}/unlock': 'ml',
  'POST /people/{id}/sign-out': 'ml',
  'GET /settings/security': 'mul',
  'PUT /settings/security': 'ml',
  'GET /audit': 'ul',
  'GET /audit/export': 'ul',
  'GET /audit/verify': 'ul',
  'GET /districts': 'oaml',
  'GET /today': 'oaml',
  'GET /today/trucks': 'oaml',
  'GET /demo': 's',
  'POST /demo': 'ml',
  'POST /demo/removal': 'ml',
  'GET /vehicles': 'oaml',
  'POST /vehicles': 'oml',
  'GET /vehicles/{id}': 'oaml',
  'PATCH /vehicles/{id}': 'oml',
  'GET /vehicles/{id}/parameters': 'oaml',
  'POST /vehicles/{id}/parameters': 'oml',
  'POST /vehicles/import': 'oml',
  'GET /vehicles/import/template': 'oaml',
  'GET /vehicles/export/csv': 'oal',
  'GET /data-quality': 'oaml',
  'GET /vehicles/{id}/data-quality': 'oaml',
  'GET /vehicles/{id}/lay-ups': 'oaml',
  'POST /vehicles/{id}/lay-ups': 'oml',
  'PATCH /vehicles/{id}/lay-ups/{layUpId}': 'oml',
  'DELETE /vehicles/{id}/lay-ups/{layUpId}': 'oml',
  'GET /vehicles/{id}/series': 'oaml',
  'GET /vehicles/{id}/track': 'oaml',
  'GET /vehicles/{id}/frames': 'oaml',
  'GET /vehicles/{id}/trouble-codes': 'oaml',
  'GET /map': 's',
  'GET /roads': 'oaml',
  'GET /signals': 's',
  'GET /live': 'oaml',
  'GET /terminals': 'oaml',
  'POST /terminals': 'ml',
  'POST /terminals/{id}/rotate': 'ml',
  'POST /terminals/{id}/revoke': 'ml',
  'PATCH /terminals/{id}': 'ml',
  'POST /assignments': 'oml',
  'POST /assignments/{id}/end': 'oml',
  'GET /ledger': 'oaml',
  'GET /ledger/{id}': 'oaml',
  'GET /link': 'oaml',
  'GET /incidents': 'oaml',
  'POST /ledger/reprocess': 'aml',
  'POST /evaluations': 'aml',
  'GET /leads': 'oal',
  'GET /leads/{id}': 'oal',
  'POST /leads/decisions': 'ol',
  'GET /officers': 'oal',
  'GET /vehicles/{id}/days': 'oal',
  'GET /vehicles/{id}/history': 'oal',
  'GET /vehicles/{id}/days/{date}': 'oal',
  'GET /vehicles/{id}/days/{date}/trace': 'oal',
  'GET /alarms': 'oal',
  'GET /cases': 'oal',
  'POST /cases': 'ol',
  'GET /cases/{id}': 'oal',
  'POST /cases/{id}/steps': 'ol',
  'POST /cases/{id}/files': 'ol',
  'GET /cases/{id}/files/{file}': 'oal',
  'GET /cases/{id}/road-check': 'oal',
  'POST /cases/{id}/road-check': 'ol',
  'GET /case-steps': 'oal',
  'POST /case-steps': 'ol',
  'GET /case-workload': 'oal',
  'GET /case-figures': 'oal',
  'POST /case-imports': 'ol',
  'GET /case-imports/template': 'ol',
  'GET /inspections': 'oal',
  'POST /inspections': 'ol',
  'GET /inspections/{id}': 'oal',
  'PUT /inspections/{id}': 'ol',
  'POST /inspections/{id}/files': 'ol',
  'GET /inspections/{id}/files/{file}': 'oal',
  'GET /inspection-catalogue': 'oal',
  'GET /inspection-agreement': 'oal',
  'POST /inspection-imports': 'ol',
  'GET /inspection-imports/template': 'ol',
  'GET /stations': 'oaml',
  'POST /stations': 'oml',
  'PUT /stations/{id}': 'oml',
  'GET /calendar': 's',
  'GET /calendar/deadline': 's',
  'PUT /calendar/days': 'ml',
  'PUT /calendar/years': 'ml',
  'PUT /settings/cases': 'ml',
  'GET /retention': 'oaml',
  'POST /retention/plans': 'ml',
  'GET /retention/plans/{id}': 'ml',
  'POST /retention/runs': 'ml',
  'POST /back-tests': 'aml',
  'POST /evidence': 'ol',
  'GET /evidence': 'oaul',
  'GET /evidence/chain': 'oaul',
  'GET /evidence/{id}': 'oaul',
  'GET /rules': 'oamul',
  'GET /rules/settings': 'oamul',
  'POST /rules/settings': 'al',
  'GET /exports/tables': 'oal',
  'POST /exports/plan': 'oal',
  'POST /exports': 'oal',
  'GET /exports': 'oal',
  'GET /exports/{id}': 'oal',
  'POST /exports/{id}/cancel': 'oal',
  'DELETE /exports/{id}': 'oal',
  'GET /exports/{id}/file': 'oal',
  'GET /tables/{table}': 'oal',
  'GET /statistics/catalogue': 'oal',
  'GET /statistics/table': 'oal',
  'GET /statistics/distribution': 'oal',
  'GET /statistics/ranking': 'oal',
  'GET /statistics/contract': 'oal',
  'GET /statistics/map': 'oal',
  'GET /statistics/guidance': 'oal',
  'GET /statistics/treatment': 'oal',
  'GET /statistics/exemptions': 'oal',
  'PUT /statistics/exemptions/criteria': 'al',
  'GET /statistics/views': 'oal',
  'POST /statistics/views': 'oal',
  'PATCH /statistics/views/{id}': 'oal',
  'DELETE /statistics/views/{id}': 'oal',
  'GET /reports': 'oal',
  'POST /reports': 'oal',
  'GET /reports/{id}': 'oal',
  'POST /reports/{id}/revisions': 'oal',
  'GET /reports/{id}/revisions/{revision}/xlsx': 'oal',
  'GET /report-schedule': 'oal',
  'PUT /report-schedule': 'oal',
  'GET /cases/{id}/documents': 'oal',
  'POST /cases/{id}/documents': 'ol',
  'GET /cases/{id}/documents/{document}/{format}': 'oal',
  'GET /cases/{id}/archive': 'oal',
  'GET /documents/templates': 'oml',
  'POST /documents/templates': 'oml',
  'POST /documents/preview': 'oml',
  'GET /documents/office': 'oml',
  'PUT /documents/office': 'oml',
  'GET /notices/channels': 'ml',
  'POST /notices/channels': 'ml',
  'PUT /notices/channels/{id}': 'ml',
  'POST /notices/channels/{id}/test': 'ml',
  'GET /notices/addresses': 'ml',
  'PUT /notices/addresses/{id}': 'ml',
  'GET /notices/subscriptions': 'ml',
  'POST /notices/subscriptions': 'ml',
  'PUT /notices/subscriptions/{id}': 'ml',
  'DELETE /notices/subscriptions/{id}': 'ml',
  'GET /notices/subscriptions/{id}/digest': 'ml',
  'GET /notices/outbox': 'oml',
  'POST /notices/outbox/{id}/resend': 'ml',
  'GET /jobs': 'oaml',
  'GET /jobs/{id}': 'oaml',
  'POST /jobs/{id}/cancel': 'aml',
};

const LETTERS = { officer: 'o', analyst: 'a', administrator: 'm', auditor: 'u' } as const;
const SAMPLES: Readonly<Record<string, string>> = { '/terminals/{id}': 'T-NONE' };

/** An address of a route, with an id that names nothing. */
function addressOf(path: string): string {
  const id = Object.entries(SAMPLES).find(([start]) => path.startsWith(start))?.[1] ?? '999999';
  return path.replaceAll(/\{\w+\}/g, id);
}

describe('every route × every kind of caller', () => {
  let test: TestApp;
  let serve: TestApp;
  let linkHolder: Browser;
  beforeAll(async () => {
    serve = await openTestApp({ demo: false });
    linkHolder = browser(serve);
    await linkHolder.request('POST', '/session', { token: serve.setup.issue().token });
    test = await openTestApp();
    for (const role of ROLES) await addAccount(test, role, role);
  });
  afterAll(async () => {
    await test.close();
    await serve.close();
  });

  const call = async (who: Browser, key: string): Promise<number> => {
    const [method = '', path = ''] = key.split(' ');
    const bodied = method !== 'GET' && method !== 'DELETE';
    const response = await who.request(method, addressOf(path), bodied ? {} : undefined);
    await response.body?.cancel();
    return response.status;
  };
  const refused = [401, 403];

  it('the table here names exactly the routes there are', () => {
    expect(Object.keys(ALLOWED).sort()).toEqual(Object.keys(ROUTES).sort());
  });

  it.each(Object.entries(ALLOWED))('%s is for %s and nobody else', async (key, letters) => {
    const everyone = letters === '*';
    const expected: Record<string, boolean> = {
      stranger: everyone,
      'with the link': everyone || letters === 's' || letters === 'f',
      'command line': everyone || letters === 's' || letters.includes('l'),
    };
    for (const role of ROLES) expected[role] = everyone || letters === 's' || letters.includes(LETTERS[role]);
    const actual: Record<string, boolean> = {};
    const open = async (name: string, who: Browser) => {
      const status = await call(who, key);
      actual[name] = everyone ? status !== 403 && status < 500 : !refused.includes(status) && status < 500;
    };
    await open('stranger', browser(test));
    for (const role of ROLES) await open(role, await signedIn(test, role));
    const commandLine = browser(test);
    await open('command line', {
      ...commandLine,
      request: (method, path, body) =>
        commandLine.request(method, path, body, { Authorization: `Bearer ${test.deps.serviceToken}` }),
    });
    // Signing out would end the one session of the link's holder.
    if (key === 'DELETE /session') actual['with the link'] = true;
    else await open('with the link', linkHolder);
    expect(actual).toEqual(expected);
  });

  it('is decided by the route that answers, also where two patterns fit one address', async () => {
    for (const [key, { needs }] of Object.entries(ROUTES)) {
      if (!isPermission(needs)) continue;
      const [method = '', path = ''] = key.split(' ');
      const response = await linkHolder.request(
        method,
        addressOf(path),
        method === 'GET' || method === 'DELETE' ? undefined : {},
      );
      expect(await objectOf(response)).toMatchObject({ status: 403, detail: expect.stringContaining(`(${key} needs ${needs})`) });
    }
  });
});
