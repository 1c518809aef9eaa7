import type { ApiCall } from '@plume/api';
import { ASIDE, PAGES, type PageSource } from '@plume/web/routes';
import { z } from 'zod';

/** Things of a site that pages show one of; null where the site has none. */
export interface Things {
  readonly vehicleId: number | null;
  readonly leadId: string | null;
  readonly caseId: number | null;
  readonly entryId: number | null;
  readonly reportId: number | null;
}

/** A site without any of them. */
export const NO_THINGS: Things = { vehicleId: null, leadId: null, caseId: null, entryId: null, reportId: null };

/** What the pages that show one thing are to show: the worst lead that nobody has decided on, its truck, the newest case, the newest entry of the ledger. */
export async function thingsOf(api: ApiCall): Promise<Things> {
  const Lead = z.object({ id: z.string(), cause: z.string(), vehicle: z.object({ id: z.number() }) });
  const { leads } = z.object({ leads: z.array(Lead) }).parse(await api('GET', '/api/v1/leads?state=open&triage=new&limit=50'));
  const lead = leads.find(({ cause }) => cause === 'overLimit') ?? leads[0];
  const Numbered = z.array(z.object({ id: z.number() }));
  const { cases } = z.object({ cases: Numbered }).parse(await api('GET', '/api/v1/cases?limit=1'));
  const { entries } = z.object({ entries: Numbered }).parse(await api('GET', '/api/v1/ledger?limit=1'));
  const { reports } = z.object({ reports: Numbered }).parse(await api('GET', '/api/v1/reports?limit=1'));
  return {
    leadId: lead?.id ?? null,
    vehicleId: lead?.vehicle.id ?? null,
    caseId: cases[0]?.id ?? null,
    entryId: entries[0]?.id ?? null,
    reportId: reports[0]?.id ?? null,
  };
}

/** Opens a case from the worst lead but one; answers its number, null where there is no such lead. */
export async function openCase(api: ApiCall): Promise<number | null> {
  const Lead = z.object({ id: z.string(), lastDay: z.string(), triage: z.object({ version: z.number() }) });
  const { leads } = z.object({ leads: z.array(Lead) }).parse(await api('GET', '/api/v1/leads?state=open&triage=new&limit=2'));
  const lead = leads[1];
  if (!lead) return null;
  const chosen = { id: lead.id, version: lead.triage.version, throughDay: lead.lastDay };
  const Opened = z.object({ results: z.array(z.object({ case: z.object({ id: z.number() }).nullable() })) });
  const { results } = Opened.parse(await api('POST', '/api/v1/cases', { from: 'leads', leads: [chosen] }));
  return results[0]?.case?.id ?? null;
}

const REPORT_MS = 120_000;

/** Makes the report of last month; answers its number. */
export async function makeReport(api: ApiCall): Promise<number> {
  await api('POST', '/api/v1/reports', { kind: 'month' });
  const deadline = Date.now() + REPORT_MS;
  while (Date.now() < deadline) {
    const { reportId } = await thingsOf(api);
    if (reportId !== null) return reportId;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`last month's report was not made in ${REPORT_MS / 1000} s`);
}

type Role = 'officer' | 'administrator' | 'auditor' | 'stranger';

/** Pages and tabs that an officer does not see. */
const NOT_OFFICERS: readonly (readonly [RegExp, Role])[] = [
  [/^\/people\?tab=audit/, 'auditor'],
  [/^\/people|^\/terminals|^\/notices\?tab=/, 'administrator'],
];

/** An address of the console, and the name of its picture. */
export interface Address {
  readonly name: string;
  readonly path: string;
  /** Whose page it is: an account of this role may see it; a stranger is not signed in. */
  readonly by: Role;
}

const tabs = (path: string, names: readonly string[]): string[] => names.map((name) => `${path}?tab=${name}`);

/** What else than the page itself is to be looked at: its tabs, and one thing that is open on it. A page without a row here does not compile. */
const MORE: Readonly<Record<PageSource, (things: Things) => readonly (string | null)[]>> = {
  today: () => ['/?first=on'],
  leads: ({ leadId }) => [leadId && `/leads/${leadId}`, leadId && `/leads/${leadId}?table=on`, '/leads?tab=confirmed'],
  cases: ({ caseId }) => [caseId === null ? null : `/cases/${caseId}`, ...tabs('/cases', ['workload', 'figures', 'stations'])],
  inspections: () => tabs('/inspections', ['agreement']),
  vehicles: () => [],
  vehicle: ({ vehicleId }) =>
    vehicleId === null
      ? []
      : [
          `/vehicles/${vehicleId}`,
          ...tabs(`/vehicles/${vehicleId}`, ['days', 'trips', 'trend', 'tanks', 'faults', 'quality', 'leads', 'file']),
        ],
  statistics: () => ['explorer', 'ranking', 'map', 'guidance'].map((part) => `/statistics/${part}`),
  reports: ({ reportId }) => [reportId === null ? null : `/reports/${reportId}`, ...tabs('/reports', ['schedule'])],
  terminals: () => [],
  rules: () => ['/rules?rule=R-A3', ...tabs('/rules', ['tests', 'versions'])],
  quality: ({ vehicleId }) => [vehicleId === null ? null : `/quality?truck=${vehicleId}`],
  ledger: ({ entryId }) => [entryId === null ? null : `/ledger/${entryId}`, ...tabs('/ledger', ['incidents', 'link'])],
  exports: () => [],
  documents: () => tabs('/documents', ['office']),
  notices: () => tabs('/notices', ['subscriptions', 'channels', 'addresses']),
  people: () => tabs('/people', ['audit', 'security']),
  system: () => [],
  account: () => [],
  calendar: () => [],
  outside: () => [],
};

/** `/vehicles/7?tab=days` is `vehicle-days`. */
function nameOf(source: PageSource, path: string): string {
  const [place = '', query = ''] = path.split('?');
  const open = place.split('/')[2];
  const part = source !== 'vehicle' && open !== undefined && (/^\d+$|^[0-9a-f]{16}$/.test(open) ? 'one' : open.toLowerCase());
  const told = query.replace(/^tab=|=on$/g, '').replace(/^truck=\d+$|^rule=.*/, 'one');
  return [source, part, told].filter(Boolean).join('-');
}

/** Every page of the console at a site with these things: those of the navigation, those beside it, their tabs, and what stands before the sign-in. */
export function addressesOf(things: Things): Address[] {
  const own: Partial<Record<PageSource, string>> = Object.fromEntries([...PAGES, ...ASIDE].map(({ id, path }) => [id, path]));
  const sources = Object.keys(MORE) as PageSource[];
  return sources.flatMap((source): Address[] => {
    if (source === 'outside') return [{ name: source, path: '/', by: 'stranger' }];
    return [own[source] ?? null, ...MORE[source](things)].flatMap((path) =>
      path === null
        ? []
        : [{ name: nameOf(source, path), path, by: NOT_OFFICERS.find(([like]) => like.test(path))?.[1] ?? 'officer' }],
    );
  });
}
