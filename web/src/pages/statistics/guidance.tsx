import { useSignal } from '@preact/signals';
import type { InferResponseType } from 'hono/client';
import { api, take } from '../../data/client.ts';
import { w } from '../../i18n/words/statistics.ts';
import { formatCount, formatShare, NO_VALUE } from '../../model/format.ts';
import { threeDigits } from '../../model/statistics.ts';
import { type Query, useQuery } from '../../state/query.ts';
import { may } from '../../state/session.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { FormFoot, TextField, useForm } from '../../ui/form.tsx';
import { Modal } from '../../ui/modal.tsx';
import { Read } from '../../ui/states.tsx';
import { Defined } from '../../ui/term.tsx';
import { RangeBar } from './range.tsx';
import { IntervalMark, RankedChoice } from './ranking.tsx';
import { TreatmentSoFar } from './treatment.tsx';
import { rangeNow, say, trucksNow, view } from './view.ts';

type Treat = InferResponseType<typeof api.statistics.guidance.$get, 200>;
type Row = Treat['treat'][number];
type Exempt = InferResponseType<typeof api.statistics.exemptions.$get, 200>;
type Criterion = keyof Exempt['criteria'];

function columnsOf({ treat, measure }: Treat): Column<Row>[] {
  const most = Math.max(...treat.map(({ avoidableHigh }) => avoidableHigh ?? 0));
  return [
    { id: 'truck', head: w('truck'), naming: true, cell: ({ vehicle }) => vehicle.plate },
    {
      id: 'avoidable',
      head: w('avoidable'),
      class: 'num',
      cell: ({ avoidableKg, avoidableLow, avoidableHigh }) =>
        avoidableKg === null ? (
          <span class="data-problem">{NO_VALUE}</span>
        ) : (
          <>
            {threeDigits(avoidableKg)}{' '}
            <span class="quiet small">{`${threeDigits(avoidableLow)}–${threeDigits(avoidableHigh)}`}</span>
          </>
        ),
    },
    {
      id: 'interval',
      head: <span class="hidden-words">{w('avoidable')}</span>,
      cell: ({ avoidableKg, avoidableLow, avoidableHigh }) =>
        avoidableKg !== null && (
          <IntervalMark value={avoidableKg} low={avoidableLow ?? 0} high={avoidableHigh ?? 0} most={most} />
        ),
    },
    { id: 'factor', head: w('standardised'), unit: measure.unit, class: 'num', cell: ({ factor }) => threeDigits(factor) },
    {
      id: 'judged',
      head: w('judged'),
      cell: ({ overLimit }) =>
        overLimit === null ? (
          <span class="data-problem">◌ {w('notJudged')}</span>
        ) : overLimit ? (
          <span class="over">▲ {w('over')}</span>
        ) : (
          `✓ ${w('notOver')}`
        ),
    },
    { id: 'valid', head: w('validColumn'), class: 'num quiet', cell: ({ validShare }) => formatShare(validShare) },
    { id: 'n', head: w('n'), class: 'num quiet', cell: ({ days }) => w('truckDays', { n: formatCount(days) }) },
    {
      id: 'narrower',
      head: <Defined name={w('narrower')} formula={w('narrowerText')} />,
      class: 'num quiet',
      cell: ({ narrowerKg }) => threeDigits(narrowerKg),
    },
    {
      id: 'measured',
      head: <Defined name={w('measured')} formula={w('measuredText')} />,
      class: 'num quiet',
      cell: ({ measuredKg }) => threeDigits(measuredKg),
    },
  ];
}

function TreatFirst() {
  const range = rangeNow();
  const { rank } = view.value;
  const query = useQuery(
    `guidance ${JSON.stringify(range)} ${rank}`,
    (abort) => take(api.statistics.guidance.$get({ query: { ...range, measure: rank } }, { init: { signal: abort } })),
    { keep: true },
  );
  return (
    <section class="section">
      <h2>{w('treatFirst')}</h2>
      <Read query={query}>
        {(data) => (
          <>
            <ul class="notices small">
              <li class="quiet">{w('span', data.period)}</li>
              <li class="quiet">{w('treatText', { confidence: formatShare(data.confidence) })}</li>
              {data.levels.map(({ stage, trucks, level }) => (
                <li key={String(stage)} class={level === null ? 'data-problem' : 'quiet'}>
                  {w(level === null ? 'noLevel' : 'level', {
                    stage: stage ?? NO_VALUE,
                    n: trucks,
                    level: `${threeDigits(level)} ${data.measure.unit}`,
                  })}
                </li>
              ))}
              {data.notEvaluated > 0 && <li class="data-problem">◌ {w('notRanked', { n: data.notEvaluated })}</li>}
            </ul>
            <p>{w('avoidableAll', { kg: threeDigits(data.avoidableKg) })}</p>
            <DataTable
              label={w('treatFirst')}
              columns={columnsOf(data)}
              rows={data.treat}
              keyOf={({ vehicle }) => vehicle.id}
              href={({ vehicle }) => `/vehicles/${vehicle.id}`}
            />
          </>
        )}
      </Read>
    </section>
  );
}

const CRITERIA: readonly Criterion[] = ['withinDays', 'leastValidDays', 'leastEffectivePct', 'mostShareOfLimit'];

function CriteriaDialog({ data, query, onClose }: { data: Exempt; query: Query<Exempt>; onClose: () => void }) {
  const first = Object.fromEntries(CRITERIA.map((key) => [key, String(data.criteria[key])])) as Record<Criterion, string>;
  const form = useForm(first, {
    check: (fields) =>
      Object.fromEntries(
        CRITERIA.flatMap((key) => (Number.isFinite(Number.parseFloat(fields[key])) ? [] : [[key, w('needsNumber')]])),
      ),
    send: async (fields) => {
      const { withinDays, leastValidDays, leastEffectivePct, mostShareOfLimit } = fields;
      const criteria = {
        withinDays: Number(withinDays),
        leastValidDays: Number(leastValidDays),
        leastEffectivePct: Number(leastEffectivePct),
        mostShareOfLimit: Number(mostShareOfLimit),
      };
      await take(api.statistics.exemptions.criteria.$put({ json: { version: data.version, criteria } }));
      query.again();
      onClose();
    },
  });
  return (
    <Modal title={w('criteria')} onClose={onClose}>
      <form onSubmit={form.submit} noValidate>
        {CRITERIA.map((key) => {
          const words = data.words[key];
          return <TextField key={key} form={form} name={key} label={words ? say(words) : key} input={{ inputMode: 'decimal' }} />;
        })}
        <FormFoot form={form} submit={w('criteriaSave')} />
      </form>
    </Modal>
  );
}

function Exemptions() {
  const open = useSignal(false);
  const asked = { ...trucksNow(), to: rangeNow().to };
  const query = useQuery(
    `exemptions ${JSON.stringify(asked)}`,
    (abort) => take(api.statistics.exemptions.$get({ query: asked }, { init: { signal: abort } })),
    { keep: true },
  );
  return (
    <section class="section">
      <h2>{w('exemptions')}</h2>
      <Read query={query}>
        {(data) => (
          <>
            <p class="quiet small">
              {w('exemptText', { days: data.criteria.withinDays })} <span class="mark">{w('unverified')}</span>
            </p>
            <ul class="notices small">
              {CRITERIA.slice(1).map((key) => {
                const words = data.words[key];
                return (
                  <li key={key}>
                    {words && say(words)} {threeDigits(data.criteria[key])}
                  </li>
                );
              })}
            </ul>
            {may('rules.write') && (
              <button type="button" onClick={() => (open.value = true)}>
                {w('criteria')}
              </button>
            )}
            {open.value && <CriteriaDialog data={data} query={query} onClose={() => (open.value = false)} />}
            {!data.trucks.some(({ fulfils }) => fulfils) && <p>{w('exemptNone')}</p>}
            <DataTable
              label={w('exemptions')}
              rows={data.trucks}
              keyOf={({ vehicle }) => vehicle.id}
              href={({ vehicle }) => `/vehicles/${vehicle.id}`}
              columns={[
                { id: 'truck', head: w('truck'), naming: true, cell: ({ vehicle }) => vehicle.plate },
                {
                  id: 'fails',
                  head: w('fails'),
                  cell: ({ fulfils, fails }) =>
                    fulfils ? (
                      `✓ ${w('fulfils')}`
                    ) : (
                      <span class="quiet">{fails.map((each) => w(`fail${each}`)).join(' · ')}</span>
                    ),
                },
                { id: 'days', head: w('validDays'), class: 'num', cell: ({ validDays }) => formatCount(validDays) },
                {
                  id: 'effective',
                  head: w('effective'),
                  unit: '%',
                  class: 'num',
                  cell: ({ effectivePct }) => threeDigits(effectivePct),
                },
                {
                  id: 'bound',
                  head: w('upperBound'),
                  unit: 'g/kWh',
                  class: 'num',
                  cell: ({ upperBound, limit }) => `${threeDigits(upperBound)} / ${threeDigits(limit)}`,
                },
              ]}
            />
          </>
        )}
      </Read>
    </section>
  );
}

/** Whom to treat first, what treatment achieved so far, and which trucks are clean enough to be left alone. */
export function Guidance() {
  return (
    <>
      <div class="range-row">
        <RankedChoice />
      </div>
      <RangeBar />
      <TreatFirst />
      <TreatmentSoFar />
      <Exemptions />
    </>
  );
}
