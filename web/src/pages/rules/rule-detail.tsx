import { w as leads } from '../../i18n/words/leads.ts';
import { w } from '../../i18n/words/rules.ts';
import { type Draft, draftFault } from '../../model/rule-draft.ts';
import { may } from '../../state/session.ts';
import { Term } from '../../ui/term.tsx';
import { type Catalogue, keyParts, markWords, numberWords, type Parameter, type Rule, said, showDraft, view } from './rules.ts';

/** How sure a source is: in words where it is not certain. */
function Mark({ mark }: { mark: string }) {
  return (
    <span class={mark === 'C' ? 'quiet small' : 'attention small'} title={markWords(mark)}>
      {mark === 'C' ? '✓' : '△'} {mark}
    </span>
  );
}

function TryField({ parameter, draft }: { parameter: Parameter; draft: Draft }) {
  const text = draft[parameter.key];
  const fault = text === undefined ? undefined : draftFault(parameter, text);
  const id = `try-${parameter.key}`;
  const put = (value: string | null) => {
    const { [parameter.key]: _gone, ...rest } = draft;
    showDraft(value === null || value === '' ? rest : { ...rest, [parameter.key]: value });
  };
  return (
    <div class={fault ? 'field wrong try' : 'field try'}>
      <input
        id={id}
        inputMode="decimal"
        class="num"
        value={text ?? ''}
        placeholder={String(parameter.value)}
        aria-label={`${w('colTry')} ${parameter.key}`}
        aria-invalid={fault !== undefined}
        aria-describedby={fault ? `${id}-says` : undefined}
        onInput={(event) => put(event.currentTarget.value)}
      />
      {parameter.changed && text !== String(parameter.product) && (
        <button type="button" class="plain small" onClick={() => put(String(parameter.product))}>
          {w('reset')}
        </button>
      )}
      {text !== undefined && (
        <button type="button" class="plain small" onClick={() => put(null)}>
          {w('keep')}
        </button>
      )}
      {fault && (
        <p class="refused" role="alert" id={`${id}-says`}>
          {fault === 'range' ? w('range', { least: parameter.least, most: parameter.most }) : w('notNumber')}
        </p>
      )}
    </div>
  );
}

function Numbers({ rule, catalogue, draft }: { rule: Rule; catalogue: Catalogue; draft: Draft }) {
  const numbers = catalogue.parameters.filter(({ key }) => rule.parameters.includes(key));
  if (numbers.length === 0) return <p class="quiet">{w('noParameters')}</p>;
  const readers = (key: string) => catalogue.rules.filter(({ id, parameters }) => id !== rule.id && parameters.includes(key));
  const writes = may('rules.write');
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section class="scroll rule-numbers" tabIndex={0} aria-label={w('parameters')}>
      <table class="plain-table">
        <thead>
          <tr>
            <th scope="col">{w('colParameter')}</th>
            <th scope="col" class="num">
              {w('colValue')}
            </th>
            <th scope="col" class="num">
              {w('colProduct')}
            </th>
            {writes && <th scope="col">{w('colTry')}</th>}
            <th scope="col">{w('colRange')}</th>
          </tr>
        </thead>
        <tbody>
          {numbers.map((each) => {
            const others = readers(each.key).map(({ id }) => id);
            return (
              <tr key={each.key}>
                <th scope="row" title={each.key}>
                  <span class="mono">{keyParts(each.key).name}</span>
                  <span class="quiet small rule-source">
                    <Mark mark={each.mark} /> {each.source}
                    {others.length > 0 && ` · ${w('alsoReadBy', { rules: others.join(', ') })}`}
                  </span>
                </th>
                <td class="num">
                  <b>{numberWords(each.value, each.unit)}</b>
                </td>
                <td class={each.changed ? 'num attention' : 'num quiet'}>
                  {each.changed ? '△ ' : ''}
                  {numberWords(each.product, each.unit)}
                </td>
                {writes && (
                  <td>
                    <TryField parameter={each} draft={draft} />
                  </td>
                )}
                <td class="quiet nowrap">
                  {numberWords(each.least, '')} – {numberWords(each.most, '')}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

const BASIS = ['law', 'inferred', 'lit', 'eng'] as const;
const LEVELS = ['event', 'attention', 'fault', 'suspected', 'probable'] as const;

/** One rule: what it says, what it needs, where it comes from, and its numbers with a field to try others. */
export function RuleDetail({ rule, catalogue, draft }: { rule: Rule; catalogue: Catalogue; draft: Draft }) {
  const basis = BASIS.find((each) => each === rule.basis);
  const levels = LEVELS.filter((each) => rule.levels.includes(each));
  const list = (ids: readonly string[], of: Record<string, { zh: string; en: string }>) =>
    ids.map((id) => said(of[id])).join(' · ');
  const limits = rule.parameters.some((key) => /inUse|approval/i.test(key));
  return (
    <>
      <header class="detail-head">
        <h2>
          {rule.id} · {said(rule.name)}
        </h2>
        <a class="button" href={`/rules${view.query({ rule: '' })}`} aria-label="✕">
          ✕
        </a>
      </header>
      <section class="section">
        <p class="rule-says">{said(rule.says)}</p>
        <dl class="facts-list">
          <dt>{w('levels')}</dt>
          <dd>{levels.map((each) => leads(each)).join(' · ')}</dd>
          <dt>{w('needs')}</dt>
          <dd>{said(rule.needs)}</dd>
          {rule.restsOn.length > 0 && (
            <>
              <dt>{w('restsOn')}</dt>
              <dd>
                {rule.restsOn.map((id) => (
                  <a key={id} class="link rule-link" href={`/rules${view.query({ rule: id })}`}>
                    {id}
                  </a>
                ))}
              </dd>
            </>
          )}
          {rule.reasons.length > 0 && (
            <>
              <dt>
                <Term id="notEvaluated">{w('reasons')}</Term>
              </dt>
              <dd class="quiet">{list(rule.reasons, catalogue.reasons)}</dd>
            </>
          )}
          {rule.caveats.length > 0 && (
            <>
              <dt>{w('caveats')}</dt>
              <dd class="quiet">{list(rule.caveats, catalogue.caveats)}</dd>
            </>
          )}
          <dt>{w('source')}</dt>
          <dd>
            {rule.source} <Mark mark={rule.mark} /> <span class="quiet small">{markWords(rule.mark)}</span>
          </dd>
          {basis && (
            <>
              <dt>{w('basis')}</dt>
              <dd>{w(basis)}</dd>
            </>
          )}
        </dl>
      </section>
      <section class="section">
        <h2>
          {w('parameters')} <Term id="mark" />
        </h2>
        <Numbers rule={rule} catalogue={catalogue} draft={draft} />
        {limits && <p class="quiet small">{w('perTruck')}</p>}
        {!may('rules.write') && <p class="quiet small">{w('mayNot')}</p>}
      </section>
    </>
  );
}
