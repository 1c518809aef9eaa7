import { useSignal } from '@preact/signals';
import { api, take } from '../../data/client.ts';
import { language } from '../../i18n/index.ts';
import { w } from '../../i18n/words/cases.ts';
import { may } from '../../state/session.ts';
import { FormFoot, useForm } from '../../ui/form.tsx';
import { Modal } from '../../ui/modal.tsx';
import { type Case, moved, rowOf, type StepKind, type StepRow, said, table } from './cases.ts';
import { fieldOf, firstValues, StepFields, stepOf } from './step-form.tsx';

type Results = { id: number; outcome: 'done' | 'refused' | 'changed'; refusals: { zh: string; en: string }[] }[];

/** Steps that make sense in many cases at once, where all of them stand. */
function shared(cases: readonly Case[]): StepRow[] {
  const apart: readonly StepKind[] = ['attach', 'roadCheck', 'facts', 'repair', 'retest', 'objection', 'objectionAnswer'];
  return (table.value?.steps ?? []).filter(
    (row) =>
      !apart.includes(row.kind) &&
      (row.kind !== 'close' || may('cases.close')) &&
      cases.every((each) => row.from.includes(each.state) && (row.types === null || row.types.includes(each.type))),
  );
}

function Told({ results, cases }: { results: Results; cases: readonly Case[] }) {
  return (
    <ul class="bulk-results">
      {results.map((result) => {
        const of = cases.find((each) => each.id === result.id);
        const why =
          result.outcome === 'done'
            ? `✓ ${w('bulkDone')}`
            : result.outcome === 'changed'
              ? `△ ${w('changed')}`
              : `▲ ${result.refusals.map((each) => each[language.value]).join(' · ')}`;
        return (
          <li key={result.id}>
            <b>{of?.number}</b> {of?.vehicle.plate} <span class={result.outcome === 'done' ? 'quiet' : 'over'}>{why}</span>
          </li>
        );
      })}
    </ul>
  );
}

function Chosen({ cases, row, told }: { cases: readonly Case[]; row: StepRow; told: (results: Results) => void }) {
  const form = useForm(firstValues(row), {
    check: () => ({}),
    send: async (typed) => {
      const { results } = await take(
        api['case-steps'].$post({
          json: { cases: cases.map(({ id, version }) => ({ id, version })), step: stepOf(row, typed) },
        }),
      );
      moved.value += 1;
      told(results);
    },
    fieldOf,
    plain: true,
  });
  return (
    <form onSubmit={form.submit} noValidate class="case-form">
      <StepFields form={form} row={row} />
      <FormFoot form={form} submit={w('bulkTake', { step: said(row), n: cases.length })} />
    </form>
  );
}

/** One and the same step in many cases; each is told for itself. */
export function BulkDialog({ cases, close, done }: { cases: readonly Case[]; close: () => void; done: () => void }) {
  const kind = useSignal<StepKind | null>(null);
  const results = useSignal<Results | null>(null);
  const asked = useSignal(cases);
  const choices = shared(asked.value);
  const row = kind.value === null ? undefined : rowOf(kind.value);
  return (
    <Modal title={w('bulkTitle', { n: asked.value.length })} onClose={close} wide>
      {results.value === null ? (
        <>
          <div class="choice-wrap">
            {choices.map((each) => (
              <button
                key={each.kind}
                type="button"
                aria-pressed={kind.value === each.kind}
                onClick={() => (kind.value = each.kind)}
              >
                {said(each)}
              </button>
            ))}
          </div>
          {choices.length === 0 && <p class="quiet">{w('bulkNone')}</p>}
          {row && (
            <Chosen
              key={row.kind}
              cases={asked.value}
              row={row}
              told={(told) => {
                results.value = told;
                done();
              }}
            />
          )}
        </>
      ) : (
        <>
          <Told results={results.value} cases={asked.value} />
          <p class="form-foot">
            <button type="button" class="primary" onClick={close}>
              {w('close')}
            </button>
          </p>
        </>
      )}
    </Modal>
  );
}
