import type { ComponentType } from 'preact';
import type { PageSource, Route } from '../model/routes.ts';

/** A page's component: it gets the one thing that is open on it. */
export type PageComponent = ComponentType<{ id: string | null }>;

/** How each page's code is fetched, when it is first opened. */
const SOURCES: Readonly<Record<PageSource, () => Promise<PageComponent>>> = {
  today: async () => (await import('../pages/today/page.tsx')).TodayPage,
  leads: async () => (await import('../pages/leads/page.tsx')).LeadsPage,
  cases: async () => (await import('../pages/cases/page.tsx')).CasesPage,
  inspections: async () => (await import('../pages/inspections/page.tsx')).InspectionsPage,
  vehicles: async () => (await import('../pages/vehicles/page.tsx')).VehiclesPage,
  vehicle: async () => (await import('../pages/vehicle/page.tsx')).VehiclePage,
  statistics: async () => (await import('../pages/statistics/page.tsx')).StatisticsPage,
  reports: async () => (await import('../pages/reports/page.tsx')).ReportsPage,
  terminals: async () => (await import('../pages/terminals/page.tsx')).TerminalsPage,
  rules: async () => (await import('../pages/rules/page.tsx')).RulesPage,
  quality: async () => (await import('../pages/quality/page.tsx')).QualityPage,
  ledger: async () => (await import('../pages/ledger/page.tsx')).LedgerPage,
  exports: async () => (await import('../pages/exports/page.tsx')).ExportsPage,
  documents: async () => (await import('../pages/documents/page.tsx')).DocumentsPage,
  notices: async () => (await import('../pages/notices/page.tsx')).NoticesPage,
  people: async () => (await import('../pages/people/page.tsx')).PeoplePage,
  account: async () => (await import('../pages/account/page.tsx')).AccountPage,
  calendar: async () => (await import('../pages/calendar/page.tsx')).CalendarPage,
  outside: async () => (await import('../pages/outside/page.tsx')).OutsidePage,
  system: async () => (await import('../pages/system/page.tsx')).SystemPage,
};

/** Which code a route needs: a truck's file is a page of its own. */
export function sourceOf(route: Route): PageSource | null {
  if (route.page === 'nowhere') return null;
  return route.page === 'vehicles' && route.id !== null ? 'vehicle' : route.page;
}

const fetched = new Map<PageSource, PageComponent>();

/** Fetches a page's code. */
export async function fetchPage(source: PageSource): Promise<PageComponent> {
  const page = await SOURCES[source]();
  fetched.set(source, page);
  return page;
}

/** A page's code where it is here already; null: it has to be fetched. */
export function pageAtHand(source: PageSource | null): PageComponent | null {
  return (source !== null && fetched.get(source)) || null;
}
