import { useSignal } from '@preact/signals';
import { api, take } from '../../data/client.ts';
import { language } from '../../i18n/index.ts';
import { w } from '../../i18n/words/reports.ts';
import { dayTime, formatCount } from '../../model/format.ts';
import { pathOf } from '../../model/routes.ts';
import { Page } from '../../shell/page.tsx';
import { now } from '../../state/clock.ts';
import { useQuery } from '../../state/query.ts';
import { may, noteFailure } from '../../state/session.ts';
import { Scroll } from '../../ui/scroll.tsx';
import { Read } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';
import { Paper } from './paper.tsx';
import { outcomeOf, view, type Whole } from './reports.ts';

/** Whether this is the newest revision, and whether its figures still are those of the data. */
function Standing({ whole, busy }: { whole: Whole; busy: boolean }) {
  const { report, revision, waiting } = whole;
  return (
    <div class="report-standing no-print" role="status">
      {revision.revision !== report.newest.revision && (
        <p class="attention">
          △ {w('notNewest', { n: revision.revision, newest: report.newest.revision })}{' '}
          <a class="link" href={pathOf('reports', report.id) + view.query({ revision: null })}>
            {w('toNewest')}
          </a>
        </p>
      )}
      {report.changed && <p class="attention">△ {w(may('reports.issue') ? 'figuresChanged' : 'cannotRevise')}</p>}
      {waiting > 0 && <p class="data-problem">◌ {w('waiting', { n: formatCount(waiting) })}</p>}
      {busy && <p class="quiet">{w('making')}</p>}
    </div>
  );
}

function Revisions({ whole: { report, revision, revisions } }: { whole: Whole }) {
  return (
    <section class="report-revisions no-print" aria-label={w('revisions')}>
      <h2>{w('revisions')}</h2>
      <ul>
        {revisions.map((each) => (
          <li key={each.revision}>
            <a
              class="link"
              href={pathOf('reports', report.id) + view.query({ revision: each.revision })}
              aria-current={each.revision === revision.revision ? 'page' : undefined}
            >
              {w('revisionN', { n: each.revision })}
            </a>{' '}
            {each.revision === report.newest.revision && <span class="mark">{w('newestMark')}</span>}{' '}
            <span class="quiet small">
              {w('revisionLine', {
                time: dayTime(Date.parse(each.issuedAt), now.value),
                by: each.issuedBy,
                data: each.dataVersion,
              })}{' '}
              · {each.note === null ? w('firstIssue') : w('changedCount', { n: formatCount(each.note.changed) })}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** One report, as a paper. */
export function ReportPage({ id }: { id: string }) {
  const { revision } = view.value;
  const busy = useSignal(false);
  const query = useQuery(`report ${id} ${revision}`, (abort) => {
    const asked = revision === null ? {} : { revision: String(revision) };
    return take(api.reports[':id'].$get({ param: { id }, query: asked }, { init: { signal: abort } }));
  });
  const whole = query.data.value;
  const revise = async () => {
    busy.value = true;
    try {
      const { jobId } = await take(api.reports[':id'].revisions.$post({ param: { id }, json: {} }));
      const made = await outcomeOf(jobId);
      toast({ text: made.issued ? w('issued', { n: made.revision }) : w('nothingNew') });
      view.show({ revision: null }, 'replace');
      query.again();
    } catch (error) {
      toast({ text: w('jobFailed', { reason: noteFailure(error).message }) });
    }
    busy.value = false;
  };
  return (
    <Page
      title={w('title')}
      back={`/reports${view.query({ revision: null })}`}
      finder={false}
      actions={
        whole && (
          <>
            {whole.report.changed && may('reports.issue') && (
              <button type="button" class="primary" disabled={busy.value || whole.waiting > 0} onClick={() => void revise()}>
                {w('revise')}
              </button>
            )}
            <a
              class="button"
              href={`/api/v1/reports/${id}/revisions/${whole.revision.revision}/xlsx?language=${language.value}`}
              download
            >
              {w('xlsx')}
            </a>
            <button type="button" onClick={() => print()}>
              {w('print')}
            </button>
          </>
        )
      }
    >
      <Scroll>
        <Read query={query}>
          {(read) => (
            <div class="report-desk">
              <Standing whole={read} busy={busy.value} />
              <Paper whole={read} />
              <Revisions whole={read} />
            </div>
          )}
        </Read>
      </Scroll>
    </Page>
  );
}
