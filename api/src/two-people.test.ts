import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROUTES } from './route-table.ts';
import { addVehicle, objectOf, openTestApp, type TestApp } from './test-app.ts';
import { addAccount, type Browser, signedIn } from './test-people.ts';

/** Reads a value inside an answer: `channels.0.name`, or `people.name=someone.email` for the first whose name is that. */
function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((inside, step) => {
    const [key = '', wanted] = step.split('=');
    if (wanted !== undefined) return Array.isArray(inside) ? inside.find((each) => String(at(each, key)) === wanted) : undefined;
    return typeof inside === 'object' && inside !== null ? Reflect.get(inside, key) : undefined;
  }, value);
}

/** What somebody saw, looked into by a path. */
type Seen = (path: string) => unknown;

/** One thing that two people edit: where it is read, where it is changed, and the change as either of them sends it on what they saw. */
interface Edit {
  readonly route: string;
  readonly reads: string;
  /** Path to what is edited, with its version, in what `reads` answers; '' for all of it. */
  readonly of?: string;
  /** Address of the change; `{x}` stands for the field x of what is edited. */
  readonly to: string;
  readonly body: (seen: Seen, word: string, n: number) => object;
  /** Path to what the change is seen by. */
  readonly shows: string;
}

const CHANNEL = {
  kind: 'webhook',
  name: 'hook',
  config: { url: 'http://127.0.0.1:9/x' },
  secret: 'a key of 16 characters or more',
};
const SCHEDULE = {
  day: false,
  month: false,
  year: false,
  atMinute: 480,
  yearDay: '01-10',
  perDistrict: false,
  revise: true,
};
const SUBSCRIPTION = {
  userId: null,
  role: null,
  kinds: ['lead'],
  level: 'suspected',
  districts: null,
  quietFrom: null,
  quietTo: null,
  digestAt: 480,
  language: 'zh',
};
const OFFICE = {
  address: '某街 1 号',
  contact: '0994-1',
  legalBasis: '某法第一条',
  objectionDays: 5,
  prefixes: { repairNotice: '甲', rectification: '乙' },
};
const STATION = { licence: null, district: null, address: null, contact: null, phone: null };
const version = (seen: Seen) => ({ version: seen('version') });
/** An object that was seen, with one field another. */
const but = (value: unknown, change: object) => ({ ...(typeof value === 'object' ? value : {}), ...change });

const EDITS: readonly Edit[] = [
  {
    route: 'PATCH /people/{id}',
    reads: '/people',
    of: 'people.name=someone',
    to: '/people/{id}',
    body: (seen, word) => ({ ...version(seen), displayName: word }),
    shows: 'displayName',
  },
  {
    route: 'PUT /settings/security',
    reads: '/settings/security',
    to: '/settings/security',
    body: (seen, _word, n) => ({
      ...version(seen),
      settings: but(seen('settings'), { session: but(seen('settings.session'), { idleMinutes: 60 + n }) }),
    }),
    shows: 'settings.session.idleMinutes',
  },
  {
    route: 'PATCH /vehicles/{id}',
    reads: '/vehicles/1',
    to: '/vehicles/1',
    body: (seen, word) => ({ ...version(seen), enterprise: word }),
    shows: 'enterprise',
  },
  {
    route: 'POST /vehicles/{id}/parameters',
    reads: '/vehicles/1/parameters',
    of: 'entries.0',
    to: '/vehicles/1/parameters',
    body: (seen, _word, n) => ({
      validFrom: '2026-11-20T00:00:00+08:00',
      values: { stage: 'V', ratedPowerKw: 200 + n, referenceTorqueNm: 1200 },
      after: seen('id'),
    }),
    shows: 'values.ratedPowerKw',
  },
  {
    route: 'PATCH /vehicles/{id}/lay-ups/{layUpId}',
    reads: '/vehicles/1/lay-ups',
    of: 'layUps.0',
    to: '/vehicles/1/lay-ups/{id}',
    body: (seen, word) => ({ ...version(seen), note: word }),
    shows: 'note',
  },
  {
    route: 'PATCH /terminals/{id}',
    reads: '/terminals?q=T-1',
    of: 'terminals.0',
    to: '/terminals/{id}',
    body: (seen, word, n) => ({ ...version(seen), vendor: word, profile: { recordPeriodS: n } }),
    shows: 'profile.recordPeriodS',
  },
  {
    route: 'PUT /stations/{id}',
    reads: '/stations',
    of: 'stations.0',
    to: '/stations/{id}',
    body: (seen, word) => ({ ...version(seen), ...STATION, retired: false, name: word }),
    shows: 'name',
  },
  {
    route: 'PUT /calendar/days',
    reads: '/calendar',
    to: '/calendar/days',
    body: (seen, word) => ({ ...version(seen), days: [{ day: '2031-05-01', kind: 'off', nameZh: word, nameEn: word }] }),
    shows: 'days.day=2031-05-01.nameZh',
  },
  {
    route: 'PUT /calendar/years',
    reads: '/calendar',
    to: '/calendar/years',
    body: (seen, word) => ({ ...version(seen), year: 2031, source: word, verified: false }),
    shows: 'years.year=2031.source',
  },
  {
    route: 'PUT /settings/cases',
    reads: '/calendar',
    to: '/settings/cases',
    body: (seen, _word, n) => ({ version: seen('periodsVersion'), periods: but(seen('periods'), { verify: 10 + n }) }),
    shows: 'periods.verify',
  },
  {
    route: 'PUT /report-schedule',
    reads: '/report-schedule',
    to: '/report-schedule',
    body: (seen, _word, n) => ({ ...version(seen), schedule: { ...SCHEDULE, monthDay: 10 + n } }),
    shows: 'schedule.monthDay',
  },
  {
    route: 'POST /rules/settings',
    reads: '/rules/settings',
    of: 'settings.0',
    to: '/rules/settings',
    body: (seen, word, n) => ({
      overrides: { 'verdicts.inUseV': 3 + n / 10 },
      validFrom: '2026-12-01',
      note: word,
      after: seen('id') ?? null,
    }),
    shows: 'note',
  },
  {
    route: 'PUT /statistics/exemptions/criteria',
    reads: '/statistics/exemptions?from=2026-11-01&to=2026-11-22',
    to: '/statistics/exemptions/criteria',
    body: (seen, _word, n) => ({ ...version(seen), criteria: but(seen('criteria'), { leastValidDays: 20 + n }) }),
    shows: 'criteria.leastValidDays',
  },
  {
    route: 'PUT /documents/office',
    reads: '/documents/office',
    to: '/documents/office',
    body: (seen, word) => ({ ...version(seen), office: { ...OFFICE, issuer: word } }),
    shows: 'office.issuer',
  },
  {
    route: 'POST /documents/templates',
    reads: '/documents/templates',
    of: 'templates.0',
    to: '/documents/templates',
    body: (seen, word) => ({ kind: seen('kind'), seen: seen('versions.0.version') ?? 0, body: seen('builtIn'), note: word }),
    shows: 'versions.0.note',
  },
  {
    route: 'PUT /notices/channels/{id}',
    reads: '/notices/channels',
    of: 'channels.0',
    to: '/notices/channels/{id}',
    body: (seen, word) => ({ ...version(seen), channel: { ...CHANNEL, name: word } }),
    shows: 'name',
  },
  {
    route: 'PUT /notices/addresses/{id}',
    reads: '/notices/addresses',
    of: 'people.name=someone',
    to: '/notices/addresses/{userId}',
    body: (seen, word) => ({ ...version(seen), email: `${word}@example.test`, phone: null }),
    shows: 'email',
  },
  {
    route: 'PUT /notices/subscriptions/{id}',
    reads: '/notices/subscriptions',
    of: 'subscriptions.0',
    to: '/notices/subscriptions/{id}',
    body: (seen, _word, n) => ({
      ...version(seen),
      subscription: { ...SUBSCRIPTION, channelId: seen('channelId'), digestAt: 500 + n },
    }),
    shows: 'digestAt',
  },
];

/**
 * A view is changed by who saved it alone, tried in saved-views.test.ts; an inspection in inspections.test.ts. What is decided on leads and cases, which
 * is no change of a thing, is tried in lead-decisions.test.ts and cases.test.ts.
 */
const ELSEWHERE = ['PATCH /statistics/views/{id}', 'PUT /inspections/{id}'];

describe('of two people who edit one thing', () => {
  let test: TestApp;
  let first: Browser;
  let second: Browser;
  beforeAll(async () => {
    test = await openTestApp();
    await addAccount(test, 'someone', 'officer');
    await addAccount(test, 'first', 'administrator');
    await addAccount(test, 'second', 'administrator');
    [first, second] = [await signedIn(test, 'first'), await signedIn(test, 'second', '10.0.0.2')];
    await addVehicle(test.db, 'LFWSRXSJ2G1F00001', '新B12345');
    await test.db.query(
      `insert into vehicle_parameters (vehicle_id, valid_from, recorded_by, "values") values (1, '2000-01-01', 'test', '{"stage":"V","ratedPowerKw":250,"referenceTorqueNm":1200}')`,
    );
    const made = async (path: string, body: object) => {
      const answer = await test.post(`/api/v1${path}`, body);
      if (answer.status !== 201) throw new Error(`${path}: ${await answer.text()}`);
      return await objectOf(answer);
    };
    await made('/vehicles/1/lay-ups', { from: '2026-11-01', to: '2026-11-05', reason: 'winter' });
    await made('/terminals', { id: 'T-1' });
    await made('/stations', { kind: 'M', name: '甲站' });
    const channel = await made('/notices/channels', CHANNEL);
    await made('/notices/subscriptions', { ...SUBSCRIPTION, channelId: channel.id });
  });
  afterAll(() => test.close());

  it('every route that changes a thing is tried here', () => {
    const changing = Object.keys(ROUTES).filter((route) => /^(PUT|PATCH) /.test(route));
    const tried = EDITS.map(({ route }) => route);
    expect([...tried.filter((route) => /^(PUT|PATCH) /.test(route)), ...ELSEWHERE].sort()).toEqual(changing.sort());
    for (const route of tried) expect(Object.keys(ROUTES)).toContain(route);
  });

  it.each(EDITS)('the second is told, and nothing of the first is overwritten: $route', async (edit) => {
    const { route, reads, of, to, body, shows } = edit;
    const read = async (): Promise<Seen> => {
      const answer: unknown = await (await test.get(`/api/v1${reads}`)).json();
      const edited = of === undefined ? answer : at(answer, of);
      return (path) => at(edited, path);
    };
    const [method = ''] = route.split(' ');
    // What only an analyst may, both send by the command line, which may it too.
    const others = ['rules.write', 'reports.issue'].includes(ROUTES[route]?.needs ?? '')
      ? { Authorization: `Bearer ${test.deps.serviceToken}` }
      : {};
    const send = (who: Browser, seen: Seen, word: string, n: number) =>
      who.request(
        method,
        to.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => String(seen(name))),
        body(seen, word, n),
        others,
      );
    const seen = await read();
    const done = await send(first, seen, 'first', 1);
    expect([done.ok, done.ok ? '' : await done.text()]).toEqual([true, '']);
    const after = (await read())(shows);
    expect(after).not.toEqual(seen(shows));
    const late = await send(second, seen, 'second', 2);
    expect([late.status, await objectOf(late)]).toMatchObject([409, { code: 'CHANGED' }]);
    expect((await read())(shows)).toEqual(after);
    const again = await send(second, await read(), 'second', 2);
    expect([again.ok, again.ok ? '' : await again.text()]).toEqual([true, '']);
    expect((await read())(shows)).not.toEqual(after);
  });
});
