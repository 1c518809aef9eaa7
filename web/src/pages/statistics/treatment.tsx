import type { InferResponseType } from 'hono/client';
import { api, take } from '../../data/client.ts';
import { w } from '../../i18n/words/statistics.ts';
import { formatCount, formatShare, NO_VALUE } from '../../model/format.ts';
import { threeDigits } from '../../model/statistics.ts';
import { useQuery } from '../../state/query.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Read } from '../../ui/states.tsx';
import { Defined } from '../../ui/term.tsx';
import { rangeNow, say, TREATED, view } from './view.ts';

type Answer = InferResponseType<typeof api.statistics.treatment.$get, 200>;
type Row = Answer['groups'][number];
type Repair = Answer['repairs'][number];
type Interval = Row['change'];

function Ends({ of }: { of: Interval }) {
  if (of === null) return <span class="data-problem">{NO_VALUE}</span>;
  return (
    <>
      {threeDigits(of.value)}{' '}
      <span class="quiet small">{w('ends', { low: threeDigits(of.low), high: threeDigits(of.high) })}</span>
    </>
  );
}

const columnsOf = (data: Answer): Column<Row>[] => [
  { id: 'key', head: w(`treated${data.by}`), naming: true, cell: ({ name }) => (name === null ? w('notEntered') : say(name)) },
  { id: 'repairs', head: w('repairs'), class: 'num', cell: ({ repairs }) => formatCount(repairs) },
  {
    id: 'told',
    head: <Defined name={w('told')} formula={w('toldText')} />,
    cell: ({ told, repaired, notRepaired }) => (told === 0 ? NO_VALUE : w('toldCounts', { told, repaired, notRepaired })),
  },
  {
    id: 'notTold',
    head: w('notTold'),
    cell: ({ notTold, reasons }) =>
      notTold > 0 && (
        <span class="data-problem">◌ {reasons.map(({ text, n }) => w('reasonCount', { reason: say(text), n })).join(' · ')}</span>
      ),
  },
  {
    id: 'change',
    head: <Defined name={w('noxChange')} formula={w('noxChangeText')} />,
    unit: 'g/kWh',
    class: 'num',
    cell: ({ change }) => <Ends of={change} />,
  },
  {
    id: 'avoided',
    head: <Defined name={w('avoided')} formula={w('avoidedText')} />,
    unit: w('kgPerYear'),
    class: 'num',
    cell: ({ avoidedKg }) => <Ends of={avoidedKg} />,
  },
];

const repairColumns: Column<Repair>[] = [
  { id: 'truck', head: w('truck'), naming: true, cell: ({ vehicle }) => vehicle.plate },
  { id: 'done', head: w('doneDay'), cell: ({ doneDay }) => doneDay },
  { id: 'case', head: w('caseNumber'), cell: ({ case: { number } }) => number },
  { id: 'work', head: w('treatedwork'), cell: ({ work }) => work ?? NO_VALUE },
  { id: 'station', head: w('treatedstation'), cell: ({ station }) => station ?? NO_VALUE },
  {
    id: 'verdict',
    head: w('told'),
    cell: ({ verdict, told }) =>
      told ? (
        verdict === 'repaired' ? (
          `✓ ${w('repaired')}`
        ) : (
          <span class="over">▲ {w('notRepaired')}</span>
        )
      ) : (
        <span class="data-problem">◌ {w('notTold')}</span>
      ),
  },
  { id: 'change', head: w('noxChange'), unit: 'g/kWh', class: 'num', cell: ({ change }) => <Ends of={change} /> },
  { id: 'avoided', head: w('avoided'), unit: w('kgPerYear'), class: 'num', cell: ({ avoidedKg }) => <Ends of={avoidedKg} /> },
  {
    id: 'controls',
    head: w('controls'),
    class: 'num quiet',
    cell: ({ controls, controlsTakenOff, told }) =>
      controls === null ? NO_VALUE : told && !controlsTakenOff ? w('controlsFew', { n: controls }) : formatCount(controls),
  },
];

function TreatedChoice() {
  return (
    <fieldset class="choice treated" aria-label={w('treatedBy')}>
      {TREATED.map((id) => (
        <button key={id} type="button" aria-pressed={view.value.treated === id} onClick={() => view.show({ treated: id })}>
          {w(`treated${id}`)}
        </button>
      ))}
    </fieldset>
  );
}

/** What treatment achieved so far: before and after with controls, by what was done and by who did it. */
export function TreatmentSoFar() {
  const range = rangeNow();
  const { treated } = view.value;
  const query = useQuery(
    `treatment ${JSON.stringify(range)} ${treated}`,
    (abort) => take(api.statistics.treatment.$get({ query: { ...range, by: treated } }, { init: { signal: abort } })),
    { keep: true },
  );
  return (
    <section class="section">
      <h2>{w('treatment')}</h2>
      <TreatedChoice />
      <Read query={query}>
        {(data) => (
          <>
            <ul class="notices small">
              <li class="quiet">{w('treatmentText', { ...data.period, confidence: formatShare(data.confidence) })}</li>
              {data.total.notTold > 0 && (
                <li class="data-problem">◌ {w('notToldAll', { n: data.total.notTold, of: data.total.repairs })}</li>
              )}
            </ul>
            {data.total.repairs === 0 ? (
              <p>{w('noRepairs')}</p>
            ) : (
              <>
                {data.total.avoidedKg !== null && (
                  <p>
                    {w('avoidedAll', {
                      kg: threeDigits(data.total.avoidedKg.value),
                      low: threeDigits(data.total.avoidedKg.low),
                      high: threeDigits(data.total.avoidedKg.high),
                      n: data.total.avoidedOf,
                    })}
                  </p>
                )}
                <DataTable label={w('treatment')} columns={columnsOf(data)} rows={data.groups} keyOf={({ key }) => key ?? ''} />
                <details>
                  <summary>{w('eachRepair')}</summary>
                  <DataTable
                    label={w('eachRepair')}
                    columns={repairColumns}
                    rows={data.repairs}
                    keyOf={({ case: { id }, doneDay }) => `${id} ${doneDay}`}
                    href={({ case: { id } }) => `/cases/${id}`}
                  />
                </details>
              </>
            )}
          </>
        )}
      </Read>
    </section>
  );
}
