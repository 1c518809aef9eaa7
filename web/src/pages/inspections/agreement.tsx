import { api, take } from '../../data/client.ts';
import { w } from '../../i18n/words/inspections.ts';
import type { TermId } from '../../i18n/words/terms.ts';
import { formatCount, formatValue, NO_VALUE, THIN } from '../../model/format.ts';
import { pathOf } from '../../model/routes.ts';
import { useQuery } from '../../state/query.ts';
import { Empty, Read } from '../../ui/states.tsx';
import { Term } from '../../ui/term.tsx';
import { type Agreement, view, wordOf } from './inspections.ts';
import { Judgement } from './marks.tsx';

type Row = Agreement['rows'][number];
type Share = Row['agreement'];

const SHARES = [
  { id: 'inspectionAgreement', name: 'agreement' },
  { id: 'inspectionFound', name: 'found' },
  { id: 'inspectionCleared', name: 'cleared' },
  { id: 'inspectionConfirmed', name: 'confirmed' },
] as const satisfies readonly { id: TermId; name: keyof Row }[];
const CELLS = ['bothOver', 'inspectionOnly', 'obdOnly', 'bothUnder'] as const;

/** Whole percents: with some dozens of inspections a tenth says nothing. */
const percent = (share: number): string => `${Math.round(share * 100)}${THIN}%`;

function ShareCell({ share }: { share: Share }) {
  if (share === null)
    return (
      <td class="num quiet" title={w('nothing')}>
        {NO_VALUE}
      </td>
    );
  return (
    <td class="num">
      {percent(share.share)}
      <span class="quiet small agreement-interval">
        {Math.round(share.low * 100)} – {percent(share.high)}
      </span>
    </td>
  );
}

function KappaCell({ row }: { row: Row }) {
  if (row.kappa === null)
    return (
      <td class="num quiet" title={w(row.n === 0 ? 'nothing' : 'oneSided')}>
        {NO_VALUE}
      </td>
    );
  const { kappa, low, high } = row.kappa;
  return (
    <td class="num" title={low === null ? w('whole') : undefined}>
      {formatValue(kappa, 2)}
      {low !== null && high !== null && (
        <span class="quiet small agreement-interval">
          {formatValue(low, 2)} – {formatValue(high, 2)}
        </span>
      )}
    </td>
  );
}

function AgreementTable({ answer }: { answer: Agreement }) {
  return (
    <div class="wide-table">
      <table class="plain-table agreement-table">
        <thead>
          <tr>
            <th scope="col">{w('kind')}</th>
            <th scope="col" class="num">
              {w('compared')}
            </th>
            <th scope="col" class="num">
              {w('trucks')}
            </th>
            {CELLS.map((each) => (
              <th key={each} scope="col" class="num">
                {w(each)}
              </th>
            ))}
            {SHARES.map((each) => (
              <th key={each.id} scope="col" class="num">
                <Term id={each.id}>{w(each.name)}</Term>
              </th>
            ))}
            <th scope="col" class="num">
              <Term id="kappa">{w('kappa')}</Term>
            </th>
            <th scope="col" class="num">
              {w('notJudged')}
            </th>
            <th scope="col" class="num">
              {w('notEvaluated')}
            </th>
          </tr>
        </thead>
        <tbody>
          {answer.rows.map((row) => (
            <tr key={row.kind} class={row.kind === 'all' ? 'total' : ''}>
              <th scope="row">{row.kind === 'all' ? w('all') : wordOf('kinds', row.kind)}</th>
              {row.n === 0 ? (
                <td colSpan={11} class="quiet">
                  {w('noData')}
                </td>
              ) : (
                <>
                  <td class="num">{formatCount(row.n)}</td>
                  <td class="num">{formatCount(row.trucks)}</td>
                  {CELLS.map((each) => (
                    <td
                      key={each}
                      class={(each === 'inspectionOnly' || each === 'obdOnly') && row[each] > 0 ? 'num attention' : 'num'}
                    >
                      {formatCount(row[each])}
                    </td>
                  ))}
                  {SHARES.map((each) => (
                    <ShareCell key={each.id} share={row[each.name]} />
                  ))}
                  <KappaCell row={row} />
                </>
              )}
              <td class="num quiet">{formatCount(row.notJudged)}</td>
              <td class="num quiet">{formatCount(row.notEvaluated)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Pairs({ answer }: { answer: Agreement }) {
  return (
    <section class="section">
      <h2>
        {w('pairs')} <span class="quiet small">{w('pairsText')}</span>
      </h2>
      <div class="wide-table">
        <table class="plain-table">
          <thead>
            <tr>
              <th scope="col">{w('colTruck')}</th>
              <th scope="col">{w('outcome')}</th>
              <th scope="col">{w('colJudgement')}</th>
              <th scope="col" class="num">
                {w('obdDays')}
              </th>
              <th scope="col">{w('colDay')}</th>
              <th scope="col">{w('colKind')}</th>
            </tr>
          </thead>
          <tbody>
            {answer.pairs.map((each) => (
              <tr key={each.id}>
                <th scope="row">
                  <a class="link" href={pathOf('vehicles', each.vehicle.id)}>
                    {each.vehicle.plate}
                  </a>
                </th>
                <td class={each.outcome === 'inspectionOnly' || each.outcome === 'obdOnly' ? 'attention' : 'quiet'}>
                  {w(each.outcome)}
                </td>
                <td>
                  <Judgement of={each.judgement} />
                </td>
                <td class="num">
                  {each.judgedDays === 0 ? NO_VALUE : `${formatCount(each.overDays)} / ${formatCount(each.judgedDays)}`}
                  {[each.repairedOn, each.repairedAfter].map(
                    (day, i) =>
                      day !== null && (
                        <span key={day} class="quiet small agreement-interval">
                          {w(i === 0 ? 'sinceRepair' : 'untilRepair', { day })}
                        </span>
                      ),
                  )}
                </td>
                <td class="num-text">
                  <a class="link" href={pathOf('inspections', each.id)}>
                    {each.day}
                  </a>
                </td>
                <td>{wordOf('kinds', each.kind)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {answer.pairsLeftOut > 0 && <p class="quiet">{w('pairsLeftOut', { n: answer.pairsLeftOut })}</p>}
    </section>
  );
}

function Controls({ answer }: { answer: Agreement | null }) {
  const { from, to, before, after, basis, verdict } = view.value;
  const day = (name: 'from' | 'to', value: string) => (
    <label class="check">
      {w(name)}
      <input
        type="date"
        value={value === '' ? (answer?.[name] ?? '') : value}
        onChange={(event) => view.show({ [name]: event.currentTarget.value })}
      />
    </label>
  );
  const days = (name: 'before' | 'after', value: string) => (
    <label class="check">
      {w(name)}
      <input
        type="number"
        min={0}
        max={90}
        class="few-days"
        value={value}
        onChange={(event) => view.show({ [name]: event.currentTarget.value })}
      />
      {w('days')}
    </label>
  );
  return (
    <div class="filters">
      <span class="labelled">
        <span class="quiet">{w('period')}</span>
        {day('from', from)}
        {day('to', to)}
      </span>
      <span class="labelled">
        <span class="quiet">{w('window')}</span>
        {days('before', before)}
        {days('after', after)}
      </span>
      <span class="labelled">
        <span class="quiet">{w('basis')}</span>
        <nav class="choice" aria-label={w('basis')}>
          {(['result', 'NOx'] as const).map((each) => (
            <a key={each} href={`/inspections${view.query({ basis: each })}`} aria-current={basis === each ? 'page' : undefined}>
              {w(each === 'NOx' ? 'basisNOx' : 'basisResult')}
            </a>
          ))}
        </nav>
      </span>
      <span class="labelled">
        <span class="quiet">{w('verdict')}</span>
        <nav class="choice" aria-label={w('verdict')}>
          {(['probable', 'day'] as const).map((each) => (
            <a
              key={each}
              href={`/inspections${view.query({ verdict: each })}`}
              aria-current={verdict === each ? 'page' : undefined}
            >
              {w(each === 'day' ? 'verdictDay' : 'verdictProbable')}
            </a>
          ))}
        </nav>
      </span>
    </div>
  );
}

/** How far inspections and the OBD verdict of the same truck agree, and the inspections behind each figure. */
export function AgreementPart() {
  const { from, to, before, after, basis, verdict } = view.value;
  const question = { before, after, basis, verdict, ...(from === '' ? {} : { from }), ...(to === '' ? {} : { to }) };
  const query = useQuery(
    `agreement ${JSON.stringify(question)}`,
    (abort) => take(api['inspection-agreement'].$get({ query: question }, { init: { signal: abort } })),
    { keep: true },
  );
  return (
    <div class="scroll">
      <Controls answer={query.data.value} />
      <Read query={query}>
        {(answer) => {
          const all = answer.rows.find(({ kind }) => kind === 'all');
          if (!all || all.records === 0)
            return (
              <Empty title={w('noDataTitle')}>
                <p class="quiet">{w('noDataText')}</p>
              </Empty>
            );
          return (
            <>
              <section class="section">
                <h2>{w('sentence', { n: all.n, trucks: all.trucks, agreed: all.bothOver + all.bothUnder })}</h2>
                <AgreementTable answer={answer} />
                <p class="quiet small">{w('obdText', { needed: answer.needed })}</p>
                <p class="quiet small">{w('independent')}</p>
              </section>
              <Pairs answer={answer} />
            </>
          );
        }}
      </Read>
    </div>
  );
}
