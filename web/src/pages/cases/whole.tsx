import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { api, take } from '../../data/client.ts';
import { w } from '../../i18n/words/cases.ts';
import { w as lead } from '../../i18n/words/leads.ts';
import { t } from '../../i18n/words/shell.ts';
import { dayTime, formatCount } from '../../model/format.ts';
import { pathOf } from '../../model/routes.ts';
import { Page } from '../../shell/page.tsx';
import { now } from '../../state/clock.ts';
import { useKeys } from '../../state/keys.ts';
import { go } from '../../state/place.ts';
import { useQuery } from '../../state/query.ts';
import { may } from '../../state/session.ts';
import { LevelMark } from '../../ui/level-mark.tsx';
import { Empty, Failed, Waiting } from '../../ui/states.tsx';
import { Term } from '../../ui/term.tsx';
import { CaseDocuments, type IssuedDocument } from '../documents/case-documents.tsx';
import { isNotice } from '../documents/kinds.ts';
import { type CaseWhole, moved, rowOf, type StepKind, said, sourceWord, stateWord, table, typeWord, view } from './cases.ts';
import { DueMark } from './due.tsx';
import { Registered, Trigger } from './facts.tsx';
import { RoadCheckPart } from './road-check.tsx';
import { StepForm } from './step-form.tsx';
import { Timeline } from './timeline.tsx';

type IssuedNotice = Pick<IssuedDocument, 'number' | 'kind' | 'workingDays'>;
const LOOK_MS = 20_000;
/** Steps that are not part of the way, behind the first ones. */
const ASIDE: readonly StepKind[] = ['assign', 'priority', 'facts', 'note', 'layUp', 'objection'];

/** What a form of a step starts with: what the case knows already. */
function knownOf(found: CaseWhole, kind: StepKind, notice: IssuedNotice | null): Record<string, string> {
  const { periods } = table.value ?? {};
  const added = found.registered.added;
  if (notice && (kind === 'notice' || kind === 'secondNotice'))
    return {
      number: notice.number ?? '',
      kind: notice.kind,
      workingDays: String(notice.workingDays ?? periods?.repair ?? ''),
    };
  if (kind === 'notice' || kind === 'secondNotice' || kind === 'penaltyDecision')
    return periods ? { workingDays: String(periods.repair) } : {};
  if (kind === 'objection') return periods ? { workingDays: String(periods.objection) } : {};
  if (kind === 'assign') return { officer: found.officer?.name ?? '' };
  if (kind === 'priority') return { priority: found.priority };
  if (kind !== 'facts' || typeof added !== 'object' || added === null) return {};
  return Object.fromEntries(Object.entries(added).map(([name, value]) => [name, String(value)]));
}

/** The newest notice that was issued as a document and that no step has recorded yet. */
function useIssuedNotice(found: CaseWhole): IssuedNotice | null {
  const wanted = may('documents.read') && found.next.some((kind) => kind === 'notice' || kind === 'secondNotice');
  const query = useQuery(wanted ? `notices of case ${found.id}` : null, (abort) =>
    take(api.cases[':id'].documents.$get({ param: { id: String(found.id) } }, { init: { signal: abort } })),
  );
  useEffect(() => {
    if (moved.value > 0) query.again();
  }, [moved.value]);
  const recorded = new Set(found.steps.map((step) => step.values.number));
  const notices = (query.data.value?.documents ?? []).filter(
    (each) => isNotice(each.kind) && each.number !== null && !recorded.has(each.number),
  );
  return notices.at(-1) ?? null;
}

/** What the case waits for, until when, and the steps that can be taken. */
function Next({ found }: { found: CaseWhole }) {
  const open = useSignal<StepKind | null>(null);
  const notice = useIssuedNotice(found);
  const kinds = found.next;
  const way = kinds.filter((kind) => !ASIDE.includes(kind));
  const aside = kinds.filter((kind) => ASIDE.includes(kind));
  const button = (kind: StepKind, first: boolean) => (
    <button
      key={kind}
      type="button"
      class={first ? 'primary' : ''}
      aria-expanded={open.value === kind}
      onClick={() => (open.value = open.value === kind ? null : kind)}
    >
      {said(rowOf(kind))}
    </button>
  );
  return (
    <section class="section case-next" aria-label={w('next')}>
      <h2>
        {w('next')}: {stateWord(found.state)}
        <DueMark of={found} />
      </h2>
      {found.state === 'roadCheck' && <p class="quiet">{w('roadCheckWaits')}</p>}
      {found.due && (
        <p class="quiet">
          {w('dueFor', { what: w(DUE_FOR[found.due.for] ?? 'dueStep'), day: found.due.day })}
          {found.closeBy && ` · ${w('closeBy', { day: found.closeBy })}`}
          {found.objectionDue && ` · ${w('objectionDue', { day: found.objectionDue })}`}
          {found.facts.estimated === true && <span class="attention"> △ {w('estimated')}</span>}
        </p>
      )}
      {kinds.length > 0 && (
        <div class="choice-wrap">
          {way.map((kind, i) => button(kind, i === 0))}
          {way.length > 0 && aside.length > 0 && <span class="gap" />}
          {aside.map((kind) => button(kind, false))}
        </div>
      )}
      {open.value !== null && found.next.includes(open.value) && (
        <StepForm
          key={open.value}
          caseId={found.id}
          version={found.version}
          kind={open.value}
          known={knownOf(found, open.value, notice)}
          done={() => (open.value = null)}
          cancel={() => (open.value = null)}
        />
      )}
    </section>
  );
}

const DUE_FOR: Readonly<Record<string, 'dueVerify' | 'dueNotice' | 'dueRepair' | 'dueRetest' | 'dueClosing' | 'duePenalty'>> = {
  verify: 'dueVerify',
  notice: 'dueNotice',
  repair: 'dueRepair',
  retest: 'dueRetest',
  closing: 'dueClosing',
  penaltyDecision: 'duePenalty',
};

function Leads({ found }: { found: CaseWhole }) {
  return (
    <section class="section">
      <h2>
        <Term id="lead">{w('leads')}</Term>
      </h2>
      {found.leads.length === 0 && <p class="quiet">{w('leadsNone')}</p>}
      <ul class="plain-list">
        {found.leads.map((each) => (
          <li key={each.id}>
            <LevelMark level={each.level} />{' '}
            <a class="link" href={pathOf('leads', each.id)}>
              {lead(each.cause)}
            </a>{' '}
            <span class="quiet">
              {each.firstDay} – {each.lastDay} · {w('findings', { n: each.findings })}
            </span>
            {each.withdrawn > 0 && <span class="attention"> △ {w('withdrawn', { n: each.withdrawn })}</span>}
          </li>
        ))}
      </ul>
      <h2>
        <Term id="evidencePack">{w('packs')}</Term>
      </h2>
      {found.packs.length === 0 && <p class="quiet">{w('packsNone')}</p>}
      <ul class="plain-list">
        {found.packs.map((each) => (
          <li key={each.id}>
            <a class="link" href={`/api/v1/evidence/${each.id}`} download>
              {each.id}
            </a>{' '}
            <span class="quiet">
              {each.rule} · {each.day}
            </span>
            <span class="mono small hash">{each.sha256}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Files({ found }: { found: CaseWhole }) {
  return (
    <section class="section">
      <h2>{w('attachments')}</h2>
      {found.files.length === 0 && <p class="quiet">{w('attachmentsNone')}</p>}
      <ul class="plain-list">
        {found.files.map((each) => (
          <li key={each.id}>
            <a class="link" href={`/api/v1/cases/${found.id}/files/${each.id}`} download={each.name}>
              {each.name}
            </a>{' '}
            <span class="quiet">
              {w('fileFacts', { size: formatCount(Math.max(1, Math.round(each.bytes / 1024))), step: each.seq })} ·{' '}
              {dayTime(Date.parse(each.at), now.peek())}
            </span>
            <span class="mono small hash" title={each.sha256}>
              {each.sha256}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Facts({ found }: { found: CaseWhole }) {
  return (
    <>
      <span>{typeWord(found.type)}</span>
      <span class="quiet">
        {sourceWord(found.source)} · {w('openedOn', { day: found.openedDay })}
      </span>
      {found.reopened > 0 && <span class="tag">{w('reopened', { n: found.reopened })}</span>}
      <span class="quiet">{found.officer?.displayName ?? found.officer?.name ?? w('unassigned')}</span>
      {found.vehicle.district && <span class="quiet">{found.vehicle.district}</span>}
    </>
  );
}

/** One case whole: what is next, every step, the facts, leads, evidence and attachments behind it. */
export function CasePage({ id }: { id: string }) {
  const query = useQuery(`case ${id}`, (abort) => take(api.cases[':id'].$get({ param: { id } }, { init: { signal: abort } })), {
    everyMs: LOOK_MS,
    keep: true,
  });
  useEffect(() => {
    if (moved.value > 0) query.again();
  }, [moved.value]);
  useKeys([{ keys: ['Escape'], words: () => t('keyClose'), act: () => go(`/cases${view.query()}`) }]);
  const found = query.data.value;
  if (!found || !table.value) {
    return (
      <Page title={w('title')} back="/cases">
        {query.failure.value?.kind === 'refused' ? (
          <Empty title={w('notFound')}>
            <Failed query={query} />
          </Empty>
        ) : (
          <Waiting query={query} />
        )}
      </Page>
    );
  }
  return (
    <Page
      title={`${found.number} · ${found.vehicle.plate}`}
      back="/cases"
      facts={<Facts found={found} />}
      actions={
        <a class="button" href={pathOf('vehicles', found.vehicle.id)}>
          {w('vehicleFile')}
        </a>
      }
    >
      <div class="case">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard (WCAG 2.1.1) */}
        <section class="scroll case-main" aria-label={w('way')} tabIndex={0}>
          <Next found={found} />
          <RoadCheckPart found={found} />
          <Timeline found={found} />
        </section>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard (WCAG 2.1.1) */}
        <aside class="scroll case-side" aria-label={w('behind')} tabIndex={0}>
          <Trigger found={found} />
          <Leads found={found} />
          <CaseDocuments caseId={String(found.id)} />
          <Files found={found} />
          <Registered found={found} />
        </aside>
      </div>
    </Page>
  );
}
