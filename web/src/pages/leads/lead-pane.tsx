import { useEffect } from 'preact/hooks';
import { api, take } from '../../data/client.ts';
import { language } from '../../i18n/index.ts';
import { w } from '../../i18n/words/leads.ts';
import { dayTime, formatCount } from '../../model/format.ts';
import { pathOf } from '../../model/routes.ts';
import { now } from '../../state/clock.ts';
import { go } from '../../state/place.ts';
import { useQuery } from '../../state/query.ts';
import { may } from '../../state/session.ts';
import { LevelMark } from '../../ui/level-mark.tsx';
import { Empty, Read } from '../../ui/states.tsx';
import { CaseOfLead } from './case-of-lead.tsx';
import { DeedButtons } from './deed-buttons.tsx';
import { deedWords, doerOf } from './deed-words.ts';
import { decided } from './deeds.tsx';
import { EvidenceView } from './evidence-view.tsx';
import { Extract } from './extract.tsx';
import { addressOf, type Finding, type LeadDetail, view } from './leads.ts';
import { Packs } from './packs.tsx';
import { Why } from './why.tsx';

const LOOK_MS = 30_000;
const GRAVITY = ['event', 'attention', 'fault', 'suspected', 'probable'];

/** The finding that is looked at: the one in the address, else the gravest and newest that stands. */
function findingOf(lead: LeadDetail): Finding | undefined {
  const asked = lead.findings.find((each) => each.id === view.value.finding);
  if (asked) return asked;
  const standing = lead.findings.filter((each) => each.withdrawnAt === null);
  return [...(standing.length > 0 ? standing : lead.findings)].sort(
    (a, b) => GRAVITY.indexOf(b.level) - GRAVITY.indexOf(a.level) || (a.day < b.day ? 1 : -1),
  )[0];
}

function Findings({ lead, shown }: { lead: LeadDetail; shown: Finding | undefined }) {
  return (
    <section class="section">
      <h2>
        {w('others')} <span class="quiet small">{w('findings', { n: formatCount(lead.findings.length) })}</span>
      </h2>
      <table class="plain-table lead-findings">
        <tbody>
          {lead.findings.map((each) => (
            <tr key={each.id} class={each.withdrawnAt ? 'quiet' : ''}>
              <th scope="row">
                <a
                  class="link"
                  aria-current={each.id === shown?.id ? 'true' : undefined}
                  href={pathOf('leads', lead.id) + view.query({ finding: each.id, day: '', from: '', to: '' })}
                >
                  {each.day}
                </a>
              </th>
              <td>
                <LevelMark level={each.level} />
              </td>
              <td class="text">
                {each.ruleName} <span class="quiet small">{each.rule}</span>
              </td>
              <td>{each.withdrawnAt ? w('withdrawn') : ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const EVENT_WORDS = {
  opened: 'opened',
  extended: 'extended',
  withdrawn: 'eventWithdrawn',
  closed: 'eventClosed',
  reopened: 'reopened',
} as const;

function History({ lead }: { lead: LeadDetail }) {
  const entries = [
    ...lead.events.map((e) => ({ key: `e${e.id}`, at: e.at, who: '', what: w(EVENT_WORDS[e.kind]), note: e.reasonText })),
    ...lead.decisions.map((d) => ({
      key: `d${d.id}`,
      at: d.at,
      who: doerOf(d),
      what: deedWords(d),
      note: d.note ?? '',
    })),
  ].sort((a, b) => (a.at < b.at ? -1 : 1));
  return (
    <section class="section">
      <h2>{w('history')}</h2>
      {lead.decisions.length === 0 && <p class="quiet">{w('historyNone')}</p>}
      <ol class="history">
        {entries.map((each) => (
          <li key={each.key}>
            <span class="quiet">{dayTime(Date.parse(each.at), now.peek())}</span> {each.who && <b>{each.who}</b>} {each.what}
            {each.note && <span class="note">{each.note}</span>}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Shown({ lead }: { lead: LeadDetail }) {
  const finding = findingOf(lead);
  const { state } = lead.triage;
  if (view.value.print && finding) return <Extract lead={lead} finding={finding} />;
  // The list's row and the whole lead name the same things for a deed.
  const row = { ...lead, findings: lead.findings.length, days: 0, headline: finding ?? null };
  return (
    <>
      <header class="detail-head">
        <h2>
          <LevelMark level={lead.level} /> {lead.vehicle.plate} · {w(lead.cause)}
        </h2>
        <a class="button" href={addressOf(null)} aria-label={w('back')} title={`${w('back')}  Esc`}>
          ✕
        </a>
      </header>
      <div class="filters">
        <DeedButtons leads={[row]} decidedAlready={state === 'confirmed' || state === 'dismissed'} />
        <CaseOfLead lead={lead} />
        <span class="fill" />
        {finding && may('evidence.read') && (
          <button type="button" onClick={() => view.show({ print: true })}>
            {w('extract')}
          </button>
        )}
        <a class="link" href={pathOf('vehicles', lead.vehicle.id)}>
          {w('vehicleFile')}
        </a>
      </div>
      {lead.state !== 'open' && <p class="lead-ended">{w('endedWhy', { ended: w(lead.state), reason: lead.ended ?? '' })}</p>}
      {finding && <Why finding={finding} />}
      {finding && <EvidenceView vehicleId={lead.vehicle.id} finding={finding} />}
      {finding && <Packs key={finding.id} findingId={finding.id} />}
      <Findings lead={lead} shown={finding} />
      <History lead={lead} />
    </>
  );
}

/** One lead whole: why, from which days, and what became of it. */
export function LeadPane({ id }: { id: string }) {
  const query = useQuery(
    `lead ${id} ${language.value}`,
    (signal) => take(api.leads[':id'].$get({ param: { id }, query: { lang: language.value } }, { init: { signal } })),
    { everyMs: LOOK_MS, keep: true },
  );
  useEffect(() => {
    if (decided.value !== null) query.again();
  }, [decided.value]);
  const successor = query.data.value?.id === id ? query.data.value.successor : null;
  useEffect(() => {
    // Its findings stand under another id now; an old link leads there.
    if (successor !== null) go(pathOf('leads', successor) + view.query(), 'replace');
  }, [successor]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section class="scroll split-detail" aria-label={w('why')} tabIndex={0}>
      {query.failure.value?.code === 'NOT_FOUND' ? (
        <Empty title={w('notFound')} />
      ) : (
        <Read query={query}>{(lead) => <Shown lead={lead} />}</Read>
      )}
    </section>
  );
}
