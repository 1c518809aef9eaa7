import { w } from '../../i18n/words/leads.ts';
import { formatShare, formatSpan, formatValue } from '../../model/format.ts';
import { Term } from '../../ui/term.tsx';
import type { Finding } from './leads.ts';

function Limit({ limit }: { limit: NonNullable<Finding['limit']> }) {
  return (
    <>
      {formatValue(limit.value, 2)} {limit.unit} · {limit.source} ·{' '}
      <span class={limit.verified ? '' : 'attention'}>{w(limit.verified ? 'verified' : 'unverified')}</span>{' '}
      <Term id="mark">{limit.mark}</Term>
    </>
  );
}

function Data({ finding }: { finding: Finding }) {
  const { data } = finding;
  const facts = [
    data.engineOnS === null ? '' : w('engineOn', { span: formatSpan(data.engineOnS) }),
    data.distanceKm === null ? '' : w('distance', { km: formatValue(data.distanceKm, 0) }),
  ].filter((each) => each !== '');
  return (
    <>
      {finding.day}
      {data.noxValidShare !== null && (
        <>
          {' · '}
          <Term id="hotValidRate">{w('valid', { share: formatShare(data.noxValidShare) })}</Term>
        </>
      )}
      {data.transmissionRate !== null && (
        <>
          {' · '}
          <Term id="transmissionRate">{w('transmission', { share: formatShare(data.transmissionRate) })}</Term>
        </>
      )}
      {facts.length > 0 && ` · ${facts.join(' · ')}`}
    </>
  );
}

/** Why a truck is on the list: what was found in one sentence, and what it rests on. */
export function Why({ finding }: { finding: Finding }) {
  const gone = finding.withdrawnWhy?.outcome;
  const guard = finding.figures.find(({ id }) => id === 'guard')?.value;
  return (
    <section class="section why">
      <h2>{w('why')}</h2>
      <p class="statement">{finding.statement}</p>
      <dl class="facts-list small">
        <dt>{w('colWhat')}</dt>
        <dd>
          {finding.rule} {finding.ruleName} · {w('version', { version: finding.version })}
        </dd>
        {finding.limit && (
          <>
            <dt>{w('limit')}</dt>
            <dd>
              <Limit limit={finding.limit} />
            </dd>
          </>
        )}
        {typeof guard === 'number' && (
          <>
            <dt>
              <Term id="guard">{w('guard')}</Term>
            </dt>
            <dd>×{formatValue(guard, 3)}</dd>
          </>
        )}
        {finding.class && (
          <>
            <dt>
              <Term id="methodClass">{w('method')}</Term>
            </dt>
            <dd>{finding.class}</dd>
          </>
        )}
        <dt>{w('restsOn')}</dt>
        <dd>{w('period', finding.period)}</dd>
        <dt>{w('dataBehind')}</dt>
        <dd>
          <Data finding={finding} />
        </dd>
        {finding.caveats.length > 0 && (
          <>
            <dt>{w('mind')}</dt>
            <dd>{finding.caveats.map(({ text }) => text).join(' · ')}</dd>
          </>
        )}
        {finding.withdrawnAt !== null && (
          <>
            <dt>{w('withdrawn')}</dt>
            <dd>{w(gone === 'clear' ? 'nowClear' : gone === 'notEvaluated' ? 'nowNotEvaluated' : 'nowGone')}</dd>
          </>
        )}
      </dl>
    </section>
  );
}
