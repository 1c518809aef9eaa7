import { useMemo } from 'preact/hooks';
import { api, take } from '../../data/client.ts';
import { language } from '../../i18n/index.ts';
import { w } from '../../i18n/words/reports.ts';
import { dayTime } from '../../model/format.ts';
import { pathOf } from '../../model/routes.ts';
import { now } from '../../state/clock.ts';
import { usePages } from '../../state/pages.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { DistrictChoice } from '../../ui/district-choice.tsx';
import { Empty, ListFoot } from '../../ui/states.tsx';
import { KINDS, type Report, say, view } from './reports.ts';

const LOOK_MS = 30_000;
const PAGE = 100;
const SHORT_HASH = 12;

function columns(): Column<Report>[] {
  return [
    { id: 'report', head: w('colReport'), naming: true, title: (r) => say(r.title), cell: (r) => `${w(r.kind)} ${nameOf(r)}` },
    {
      id: 'scope',
      head: w('colScope'),
      cell: (r) => [r.district, r.enterprise].filter(Boolean).join(' · ') || w('wholeSite'),
    },
    { id: 'revision', head: w('colRevision'), class: 'room-2', cell: (r) => w('revisionN', { n: r.newest.revision }) },
    {
      id: 'state',
      head: w('colState'),
      tone: (r) => (r.changed ? 'attention' : ''),
      cell: (r) => (r.changed ? `△ ${w('changedMark')}` : <span class="quiet">{w('unchanged')}</span>),
    },
    {
      id: 'issued',
      head: w('colIssued'),
      class: 'num-text room-2',
      cell: (r) => (
        <>
          {dayTime(Date.parse(r.newest.issuedAt), now.value)} <span class="quiet">{r.newest.issuedBy}</span>
        </>
      ),
    },
    { id: 'data', head: w('colData'), class: 'num room-3', cell: (r) => r.newest.dataVersion },
    { id: 'hash', head: 'SHA-256', class: 'mono quiet room-4', cell: (r) => r.newest.sha256.slice(0, SHORT_HASH) },
  ];
}

/** The period of a report as it is named. */
function nameOf({ kind, from }: Report): string {
  return from.slice(0, kind === 'day' ? 10 : kind === 'month' ? 7 : 4);
}

function Filters() {
  const { kind, district } = view.value;
  return (
    <div class="filters">
      <nav class="choice" aria-label={w('byKind')}>
        {([null, ...KINDS] as const).map((each) => (
          <a key={each ?? ''} href={`/reports${view.query({ kind: each })}`} aria-current={kind === each ? 'page' : undefined}>
            {each === null ? w('allKinds') : w(each)}
          </a>
        ))}
      </nav>
      <DistrictChoice value={district} choose={(each) => view.show({ district: each })} />
    </div>
  );
}

/** The reports, the newest period first. */
export function ReportList() {
  const { kind, district, enterprise } = view.value;
  const question = {
    limit: String(PAGE),
    ...(kind === null ? {} : { kind }),
    ...(district === '' ? {} : { district }),
    ...(enterprise === '' ? {} : { enterprise }),
  };
  const pages = usePages<Report>(
    JSON.stringify(question),
    async (cursor, abort) => {
      const query = cursor === null ? question : { ...question, cursor };
      const page = await take(api.reports.$get({ query }, { init: { signal: abort } }));
      return { rows: page.reports, nextCursor: page.nextCursor };
    },
    LOOK_MS,
  );
  const shown = useMemo(columns, [language.value]);
  const narrowed = Object.keys(question).length > 1;
  return (
    <>
      <Filters />
      <DataTable
        label={w('table')}
        columns={shown}
        rows={pages.rows}
        keyOf={(r) => r.id}
        href={(r) => pathOf('reports', r.id)}
        onEnd={pages.readOn}
        foot={
          <ListFoot
            pages={pages}
            empty={<Empty title={w(narrowed ? 'noneFound' : 'none')}>{!narrowed && <p class="quiet">{w('noneText')}</p>}</Empty>}
          />
        }
      />
    </>
  );
}
