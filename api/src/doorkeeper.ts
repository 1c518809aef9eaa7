import type { Context, MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { Access, ApiEnv, Caller } from './access.ts';
import { Problem } from './problem.ts';
import { ROUTES, type RouteRule } from './route-table.ts';

/** Where the versioned API is mounted. */
export const API_BASE = '/api/v1';

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

/** The table's entry of the route that will answer this request; undefined when none will. */
export function routeOf(c: Context): { key: string; rule: RouteRule } | undefined {
  const method = c.req.method === 'HEAD' ? 'GET' : c.req.method;
  const route = matchedRoutes(c).find((each) => each.method === method);
  if (!route) return undefined;
  const key = routeKey(method, route.path);
  const rule = Object.hasOwn(ROUTES, key) ? ROUTES[key] : undefined;
  return rule && { key, rule };
}

/** Whether the caller may use a route, districts aside. */
export function mayUse(caller: Caller | undefined, needs: RouteRule['needs']): boolean {
  if (needs === 'open') return true;
  if (!caller) return false;
  switch (needs) {
    case 'signedIn':
      return true;
    case 'person':
      return caller.kind === 'session';
    case 'setup':
      return caller.kind === 'setup';
    case 'service':
      return caller.kind === 'service';
    default:
      return caller.permissions.has(needs);
  }
}

/**
 * The one gate of the versioned API. What it does not know it refuses: a stranger hears 401 at every address but the open ones, known or
 * not; who is signed in hears 403 where their permissions do not reach.
 */
export function gateOf(access: Access): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const route = routeOf(c);
    if (route?.rule.needs === 'open') return await next();
    const caller = await access.identify(c);
    if (!caller) {
      throw new Problem(
        401,
        'NOT_SIGNED_IN',
        'This address needs a session, and the request carries none that is valid.',
        'Run "npm run plume -- setup-link" on the machine of the service and open the link it prints.',
      );
    }
    c.set('caller', caller);
    if (!route) return await next();
    if (!mayUse(caller, route.rule.needs)) {
      throw new Problem(
        403,
        'FORBIDDEN',
        `Your account may not do this (${route.key} needs ${route.rule.needs}).`,
        'Ask an administrator, or sign in with another account.',
      );
    }
    await next();
  };
}
