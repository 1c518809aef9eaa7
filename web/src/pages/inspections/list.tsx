import { useEffect, useMemo } from 'preact/hooks';
import { api, take } from '../../data/client.ts';
import { language } from '../../i18n/index.ts';
import { w } from '../../i18n/words/inspections.ts';
import { NO_VALUE } from '../../model/format.ts';
import { pathOf } from '../../model/routes.ts';
import { usePages } from '../../state/pages.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { DistrictChoice } from '../../ui/district-choice.tsx';
import { Empty, ListFoot } from '../../ui/states.tsx';
import { catalogue, type Inspection, JUDGEMENTS, KINDS, moved, view, wordOf } from './inspections.ts';
import { Judgement, MeasuredList } from './marks.tsx';

const LOOK_MS = 60_000;
const PAGE = 100;

function columns(): Column<Inspection>[] {
  return [
    { id: 'truck', head: w('colTruck'), naming: true, cell: (r) => r.vehicle.plate },
    {
      id: 'judgement',
      head: w('colJudgement'),
      cell: (r) => (r.voided ? <span class="quiet">{w('voided')}</span> : <Judgement of={r.judgement} />),
    },
    {
      id: 'day',
      head: w('colDay'),
      class: 'num-text',
      cell: (r) => (
        <>
          {r.day} <span class="quiet">{r.time}</span>
        </>
      ),
    },
    { id: 'kind', head: w('colKind'), class: 'room-2', cell: (r) => wordOf('kinds', r.kind) },
    { id: 'values', head: w('colValues'), class: 'room-2', cell: (r) => <MeasuredList of={r} /> },
    {
      id: 'organisation',
      head: w('colOrganisation'),
      class: 'quiet room-3',
      cell: (r) => [r.organisation, r.place].filter(Boolean).join(' · '),
    },
    { id: 'district', head: w('colDistrict'), class: 'quiet room-3', cell: (r) => r.vehicle.district ?? NO_VALUE },
    {
      id: 'case',
      head: w('colCase'),
      class: 'room-2',
      cell: (r) =>
        r.caseId === null ? (
          ''
        ) : (
          <a class="link" href={pathOf('cases', r.caseId)}>
            {w('toCase')}
          </a>
        ),
    },
  ];
}

function Filters() {
  const { kind, judgement, district, q, voided } = view.value;
  return (
    <div class="filters">
      <nav class="choice" aria-label={w('byKind')}>
        {([null, ...KINDS] as const).map((each) => (
          <a
            key={each ?? ''}
            href={`/inspections${view.query({ kind: each })}`}
            aria-current={kind === each ? 'page' : undefined}
          >
            {each === null ? w('allKinds') : wordOf('kinds', each)}
          </a>
        ))}
      </nav>
      <select
        aria-label={w('byJudgement')}
        value={judgement ?? ''}
        onChange={(event) => view.show({ judgement: JUDGEMENTS.find((each) => each === event.currentTarget.value) ?? null })}
      >
        <option value="">{w('allJudgements')}</option>
        {JUDGEMENTS.map((each) => (
          <option key={each} value={each}>
            {wordOf('judgements', each)}
          </option>
        ))}
      </select>
      <DistrictChoice value={district} choose={(each) => view.show({ district: each })} />
      <input
        type="search"
        value={q}
        placeholder={w('search')}
        aria-label={w('search')}
        maxLength={60}
        onInput={(event) => view.show({ q: event.currentTarget.value }, 'replace')}
      />
      <label class="check">
        <input type="checkbox" checked={voided} onChange={(event) => view.show({ voided: event.currentTarget.checked })} />
        {w('withVoided')}
      </label>
    </div>
  );
}

/** The records, the newest first. */
export function InspectionList() {
  const { kind, judgement, district, q, voided, vehicle } = view.value;
  const question = {
    limit: String(PAGE),
    voided: voided ? ('yes' as const) : ('no' as const),
    ...(kind === null ? {} : { kind }),
    ...(judgement === null ? {} : { judgement }),
    ...(district === '' ? {} : { district }),
    ...(vehicle === null ? {} : { vehicle: String(vehicle) }),
    ...(q.trim() === '' ? {} : { search: q.trim() }),
  };
  const pages = usePages<Inspection>(
    JSON.stringify(question),
    async (cursor, abort) => {
      const query = cursor === null ? question : { ...question, cursor };
      const page = await take(api.inspections.$get({ query }, { init: { signal: abort } }));
      return { rows: page.inspections, nextCursor: page.nextCursor };
    },
    LOOK_MS,
  );
  useEffect(() => {
    if (moved.value > 0) pages.again();
  }, [moved.value]);
  const shown = useMemo(columns, [language.value, catalogue.value]);
  const narrowed = Object.keys(question).length > 2;
  return (
    <>
      <Filters />
      <DataTable
        label={w('table')}
        columns={shown}
        rows={pages.rows}
        keyOf={(r) => r.id}
        href={(r) => pathOf('inspections', r.id)}
        rowClass={(r) => (r.voided ? 'quiet' : '')}
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
