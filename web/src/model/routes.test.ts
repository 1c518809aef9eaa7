import { describe, expect, it } from 'vitest';
import { PAGES, pathOf, routeOf } from './routes.ts';

describe('an address', () => {
  it('of every page leads to that page, with a slash at its end too', () => {
    for (const { id, path } of PAGES) {
      expect(routeOf(path)).toEqual({ page: id, id: null });
      expect(routeOf(`${path}/`)).toEqual({ page: id, id: null });
      expect(pathOf(id)).toBe(path);
    }
  });

  it('of one thing carries its name', () => {
    expect(routeOf('/vehicles/7')).toEqual({ page: 'vehicles', id: '7' });
    expect(routeOf(pathOf('ledger', '3f9a01'))).toEqual({ page: 'ledger', id: '3f9a01' });
  });

  it.each(['/nothing', '/vehicles/7/8', '/vehicles/%3Cscript%3E', '//evil.example', '/7'])('such as %s leads nowhere', (path) => {
    expect(routeOf(path).page).toBe('nowhere');
  });

  it('needs one letter a page', () => {
    expect(new Set(PAGES.map((page) => page.key)).size).toBe(PAGES.length);
  });
});
