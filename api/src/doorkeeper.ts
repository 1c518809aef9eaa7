import { addAudit, type Db, type PlacedKind, placeOf } from '@plume/db';
import type { Context, MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { Access, ApiEnv } from './access.ts';
import type { Trail } from './audit-trail.ts';
import type { Caller } from './caller.ts';
import type { AddressReader } from './client-address.ts';
import { Problem } from './problem.ts';
import type { Counted, RateLimiter } from './rate-limits.ts';
import { comesFromPage } from './request-guards.ts';
import { ROUTES, type RouteRule, type Scope } from './route-table.ts';

/** Where the versioned API is mounted. */
export const API_BASE = '/api/v1';
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** A route's name in the table: method and path below the base, parameters as `{id}`. */
function routeKey(method: string, path: string): string {
  const below = path.startsWith(API_BASE) ? path.slice(API_BASE.length) : path;
  return `${method} ${below.replace(/:(\w+)(\{[^}]*\})?/g, '{$1}')}`;
}

/** Names of all routes that were registered, without middleware. */
export function routeKeys(routes: readonly { method: string; path: string }[]): string[] {
  return [...new Set(routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => routeKey(method, path)))];
}

/** Throws when a route has no entry in the table, or an entry no route: such an application must not start. */
export function requireEntries(
  routes: readonly { method: string; path: string }[],
  table: Readonly<Record<string, RouteRule>> = ROUTES,
): void {
  const keys = routeKeys(routes);
  const missing = keys.filter((key) => !Object.hasOwn(table, key));
  const stale = Object.keys(table).filter((key) => !keys.includes(key));
  if (missing.length > 0) throw new Error(`Routes without an entry in route-table.ts: ${missing.join(', ')}`);
  if (stale.length > 0) throw new Error(`Entries in route-table.ts without a route: ${stale.join(', ')}`);
}

/** A route of the table that a request will reach, with the path as it was registered. */
interface Reached {
  readonly key: string;
  readonly rule: RouteRule;
  readonly path: string;
}

/** The table's entry of the route that will answer this request; undefined when none will. */
export function routeOf(c: Context): Reached | undefined {
  const method = c.req.method === 'HEAD' ? 'GET' : c.req.method;
  const route = matchedRoutes(c).find((each) => each.method === method);
  if (!route) return undefined;
  const key = routeKey(method, route.path);
  const rule = Object.hasOwn(ROUTES, key) ? ROUTES[key] : undefined;
  return rule && { key, rule, path: route.path };
}

/** The path's `{id}`, as the handler will be given it. */
function idIn(c: Context, registered: string): string {
  const place = registered.split('/').findIndex((part) => part === ':id' || part.startsWith(':id{'));
  const text = c.req.path.split('/')[place] ?? '';
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}

/** Whether the caller may use a route, districts aside. Who has something to put right first may do only that. */
export function mayUse(caller: Caller | undefined, needs: RouteRule['needs']): boolean {
  if (needs === 'open') return true;
  if (!caller) return false;
  switch (needs) {
    case 'signedIn':
      return true;
    case 'person':
      return caller.kind === 'session';
    case 'owner':
      return (caller.kind === 'session' && caller.must === null) || caller.kind === 'service';
    case 'setup':
      return caller.kind === 'setup';
    case 'service':
      return caller.kind === 'service';
    default:
      return caller.must === null && caller.permissions.has(needs);
  }
}

function notSignedIn(): Problem {
  return new Problem(
    401,
    'NOT_SIGNED_IN',
    'This address needs a session, and the request carries none that is valid.',
    'Sign in. While there is no account yet: run "npm run plume -- setup-link" on the machine of the service and open the link it prints.',
  );
}

function forbidden(caller: Caller, key: string, needs: RouteRule['needs']): Problem {
  if (caller.must === 'password')
    return new Problem(403, 'PASSWORD_TOO_OLD', 'Your password is too old.', 'Choose another one first.');
  if (caller.must === 'secondFactor')
    return new Problem(403, 'SECOND_FACTOR_NEEDED', 'Your role needs a second factor.', 'Set up an authenticator program first.');
  return new Problem(
    403,
    'FORBIDDEN',
    `Your account may not do this (${key} needs ${needs}).`,
    'Ask an administrator, or sign in with another account.',
  );
}

/** Kinds of things whose district the gate itself looks up, and what it says when there is no such thing for the caller. */
const PLACED: Readonly<Partial<Record<Scope, { kind: PlacedKind; name: string; lookUp: string }>>> = {
  vehicle: { kind: 'vehicle', name: 'truck with number', lookUp: '/api/v1/vehicles' },
  terminal: { kind: 'terminal', name: 'terminal', lookUp: '/api/v1/terminals' },
  assignment: { kind: 'assignment', name: 'assignment', lookUp: 'its truck: /api/v1/vehicles/{id}' },
  lead: { kind: 'lead', name: 'lead', lookUp: '/api/v1/leads' },
  case: { kind: 'case', name: 'case', lookUp: '/api/v1/cases' },
  inspection: { kind: 'inspection', name: 'inspection', lookUp: '/api/v1/inspections' },
  report: { kind: 'report', name: 'report', lookUp: '/api/v1/reports' },
  finding: { kind: 'finding', name: 'finding', lookUp: '/api/v1/leads' },
  evidencePack: { kind: 'evidencePack', name: 'evidence pack', lookUp: '/api/v1/evidence' },
  ledgerEntry: { kind: 'ledgerEntry', name: 'ledger entry', lookUp: '/api/v1/ledger' },
};

/** What the gate is made of. */
export interface GateParts {
  readonly db: Db;
  readonly access: Access;
  readonly address: AddressReader;
  trail(caller: Caller | undefined, address: string): Trail;
  readonly limits: RateLimiter;
}

/**
 * The one gate of the versioned API. What it does not know it refuses: a stranger hears 401 at every address but the open ones, known or
 * not; who is signed in hears 403 where their permissions do not reach, and 404 for what lies in another district, as if it did not exist.
 * Refusals go to the audit trail; so does a change whose handler did not tell of it.
 */
export function gateOf({ db, access, address, trail, limits }: GateParts): MiddlewareHandler<ApiEnv> {
  const look = async (c: Context<ApiEnv>, caller: Caller, { key, rule, path }: Reached): Promise<void> => {
    if (!mayUse(caller, rule.needs)) {
      await c.get('trail').refused('access.role', { kind: 'route', id: key });
      throw forbidden(caller, key, rule.needs);
    }
    const placed = PLACED[rule.scope];
    if (!placed || caller.districts === null) return;
    const id = idIn(c, path);
    const place = await placeOf(db, placed.kind, id, caller.districts);
    if (place !== 'outside') return;
    await c.get('trail').refused('access.district', { kind: placed.kind, id }, { route: key });
    throw new Problem(404, 'NOT_FOUND', `There is no ${placed.name} ${id}.`, `Look it up in ${placed.lookUp}.`);
  };

  const pass = async (c: Context<ApiEnv>, counted: Counted, from: string, next: () => Promise<void>): Promise<void> => {
    if (counted.refused) throw counted.refused;
    const route = routeOf(c);
    if (route?.rule.needs === 'open') {
      c.set('trail', trail(undefined, from));
      return await next();
    }
    const caller = await access.identify(c);
    counted.identified(caller !== undefined);
    if (!caller) throw notSignedIn();
    c.set('caller', caller);
    c.set('trail', trail(caller, from));
    if (!route) return await next();
    const writes = !SAFE_METHODS.has(c.req.method);
    if (writes && (caller.kind === 'session' || caller.kind === 'setup')) comesFromPage(c);
    await look(c, caller, route);
    c.set('stillThere', async () => {
      const now = await access.identify(c, 'quietly');
      return now && mayUse(now, route.rule.needs) ? now : undefined;
    });
    await next();
    if (c.error instanceof Problem && c.error.status === 403) {
      await c.get('trail').refused('access.refused', { kind: 'route', id: route.key }, { code: c.error.code });
    } else if (writes && !c.error && c.res.status < 400 && !c.get('trail').told) {
      await addAudit(db, c.get('trail').done('api.write', { kind: 'route', id: route.key }, { path: c.req.path.slice(0, 200) }));
    }
  };

  return async (c, next) => {
    const from = address(c);
    const counted = limits(c, from, access.isService(c));
    // Of what is thrown the answer is made outside of here, with the headers that are set now.
    c.set('tellLimits', counted.tell);
    await pass(c, counted, from, next);
    counted.tell(c.res.headers);
  };
}
