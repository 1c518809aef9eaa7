import { describe, expect, it } from 'vitest';
import { requireEntries, routeKeys } from './doorkeeper.ts';
import { PERMISSIONS, ROLE_PERMISSIONS, ROLES } from './permissions.ts';
import type { RouteRule } from './route-table.ts';

const TABLE: Record<string, RouteRule> = { 'GET /trucks/{id}': { needs: 'fleet.read', scope: 'vehicle' } };
const ROUTE = { method: 'GET', path: '/trucks/:id{[0-9]+}' };

describe('the table of routes', () => {
  it('is held against what was registered, whatever the form of the parameters', () => {
    expect(routeKeys([ROUTE, ROUTE, { method: 'ALL', path: '/*' }])).toEqual(['GET /trucks/{id}']);
    expect(() => requireEntries([ROUTE, { method: 'ALL', path: '/*' }], TABLE)).not.toThrow();
  });

  it('lets no application start that has a route without an entry', () => {
    expect(() => requireEntries([ROUTE, { method: 'POST', path: '/api/v1/trucks' }], TABLE)).toThrow(
      'without an entry in route-table.ts: POST /trucks',
    );
  });

  it('lets no application start that has an entry without a route', () => {
    expect(() => requireEntries([], TABLE)).toThrow('without a route: GET /trucks/{id}');
  });
});

describe('the permissions of roles', () => {
  it('give no role everything, and each permission to someone', () => {
    for (const role of ROLES) expect(new Set<string>(ROLE_PERMISSIONS[role]).size, role).toBeLessThan(PERMISSIONS.length);
    const given = new Set<string>(ROLES.flatMap((role) => ROLE_PERMISSIONS[role]));
    expect([...given].sort()).toEqual([...PERMISSIONS].sort());
  });

  it('part deciding from setting limits, giving out accounts, and reading the trail', () => {
    const holders = (permission: string) => ROLES.filter((role) => ROLE_PERMISSIONS[role].some((each) => each === permission));
    expect(holders('leads.decide')).toEqual(['officer']);
    expect(holders('rules.write')).toEqual(['analyst']);
    expect(holders('people.manage')).toEqual(['administrator']);
    expect(holders('audit.read')).toEqual(['auditor']);
  });
});
