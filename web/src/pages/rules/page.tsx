import '../../styles/rules.css';
import { signal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { api, take } from '../../data/client.ts';
import { language } from '../../i18n/index.ts';
import { w as leads } from '../../i18n/words/leads.ts';
import { w } from '../../i18n/words/rules.ts';
import { t } from '../../i18n/words/shell.ts';
import { Page } from '../../shell/page.tsx';
import { useQuery } from '../../state/query.ts';
import { may } from '../../state/session.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Read } from '../../ui/states.tsx';
import { BackTests } from './back-tests.tsx';
import { DraftBar } from './draft-bar.tsx';
import { RuleDetail } from './rule-detail.tsx';
import { type Catalogue, draftNow, fetchRules, type Rule, said, view } from './rules.ts';
import { VersionList } from './versions.tsx';

const LOOK_MS = 60_000;
const TABS = { rules: 'tabRules', tests: 'tabTests', versions: 'tabVersions' } as const;
const pointed = signal<string | number | null>(null);

function changedIn(rule: Rule, catalogue: Catalogue): number {
  return catalogue.parameters.filter(({ key, changed }) => changed && rule.parameters.includes(key)).length;
}

function columns(catalogue: Catalogue): Column<Rule>[] {
  return [
    { id: 'rule', head: w('colRule'), naming: true, cell: (r) => r.id },
    { id: 'name', head: w('says'), class: 'wrap', title: (r) => said(r.says), cell: (r) => said(r.name) },
    { id: 'cause', head: w('colCause'), class: 'quiet room-2', cell: (r) => (leads.has(r.cause) ? leads(r.cause) : r.cause) },
    {
      id: 'source',
      head: w('colSource'),
      class: 'quiet wrap room-3',
      title: (r) => `${r.source} (${r.mark})`,
      cell: (r) => `${r.mark === 'C' ? '✓' : '△'} ${r.source}`,
    },
    {
      id: 'changed',
      head: w('colChanged'),
      class: 'num',
      cell: (r) => {
        const n = changedIn(r, catalogue);
        return n > 0 ? <span class="attention">△ {w('changedCount', { n })}</span> : '';
      },
    },
  ];
}

function listed(catalogue: Catalogue): Rule[] {
  const { q, changed } = view.value;
  const wanted = q.trim().toLowerCase();
  return catalogue.rules.filter(
    (rule) =>
      (!changed || changedIn(rule, catalogue) > 0) &&
      (wanted === '' ||
        [rule.id, rule.name.zh, rule.name.en, ...rule.parameters].some((each) => each.toLowerCase().includes(wanted))),
  );
}

function Rules({ catalogue }: { catalogue: Catalogue }) {
  const { q, changed, rule: id } = view.value;
  const table = useMemo(() => columns(catalogue), [language.value, catalogue]);
  const rows = listed(catalogue);
  const open = catalogue.rules.find((rule) => rule.id === id);
  return (
    <div class={open ? 'split split-open' : 'split'}>
      <div class="split-list">
        <div class="filters">
          <input
            type="search"
            data-search="page"
            value={q}
            placeholder={w('search')}
            aria-label={w('search')}
            onInput={(event) => view.show({ q: event.currentTarget.value }, 'replace')}
          />
          <label class="check">
            <input type="checkbox" checked={changed} onChange={(event) => view.show({ changed: event.currentTarget.checked })} />
            {w('onlyChanged')}
          </label>
        </div>
        <DataTable
          label={w('list')}
          columns={table}
          rows={rows}
          keyOf={(r) => r.id}
          href={(r) => `/rules${view.query({ rule: r.id })}`}
          chosen={id}
          pointed={pointed}
          foot={rows.length === 0 && <p class="hint">{t('noMatch')}</p>}
        />
      </div>
      {open && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard (WCAG 2.1.1)
        <section class="scroll split-detail" tabIndex={0} aria-label={open.id}>
          <RuleDetail rule={open} catalogue={catalogue} draft={draftNow()} />
        </section>
      )}
    </div>
  );
}

/** Every rule with its numbers, their sources and how sure they are; trying others, back-testing and activating them; who changed what. */
export function RulesPage() {
  const { tab } = view.value;
  const query = useQuery('rules', (abort) => fetchRules(abort), { everyMs: LOOK_MS });
  const versions = useQuery('rule-versions', (abort) => take(api.rules.settings.$get({}, { init: { signal: abort } })), {
    everyMs: LOOK_MS,
  });
  // A version that was recorded since the numbers were read has others.
  const newest = versions.data.value?.settings[0]?.id ?? null;
  useMemo(() => query.again(), [newest]);
  const tabs = may('jobs.read') ? (['rules', 'tests', 'versions'] as const) : (['rules', 'versions'] as const);
  const read = query.data.value;
  return (
    <Page
      title={w('title')}
      finder={may('fleet.read')}
      facts={
        <>
          <nav class="choice" aria-label={w('title')}>
            {tabs.map((each) => (
              <a key={each} href={`/rules${view.query({ tab: each })}`} aria-current={tab === each ? 'page' : undefined}>
                {w(TABS[each])}
              </a>
            ))}
          </nav>
          {read && <span class="quiet room-facts">{w('version', { version: read.version, on: read.on })}</span>}
        </>
      }
    >
      <Read query={query}>
        {(catalogue) => (
          <>
            {tab === 'rules' && <Rules catalogue={catalogue} />}
            {tab === 'tests' && <BackTests />}
            {tab === 'versions' && <VersionList versions={versions} catalogue={catalogue} />}
            {/* Over every tab: what is tried stays while its back-test is looked at. */}
            <DraftBar draft={draftNow()} catalogue={catalogue} versions={versions} />
          </>
        )}
      </Read>
    </Page>
  );
}
