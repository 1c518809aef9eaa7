import { w } from '../../i18n/words/leads.ts';
import { formatCount } from '../../model/format.ts';
import { DistrictChoice } from '../../ui/district-choice.tsx';
import { FilterBar } from '../../ui/filter-bar.tsx';
import { CAUSES, countsOf, type LeadPage, TABS, view } from './leads.ts';

const WAIT_MS = 200;
let typing: ReturnType<typeof setTimeout> | undefined;

function Search() {
  return (
    <input
      type="search"
      data-search="page"
      class="search"
      placeholder={`${w('search')}  /`}
      aria-label={w('search')}
      value={view.value.q}
      onInput={(event) => {
        const q = event.currentTarget.value;
        clearTimeout(typing);
        typing = setTimeout(() => view.show({ q }, 'replace'), WAIT_MS);
      }}
    />
  );
}

/** Which leads are listed; every choice is in the address. */
export function Filters({ counts }: { counts: LeadPage['counts'] | null }) {
  const { tab, cause, who, district } = view.value;
  const n = counts && countsOf(counts);
  return (
    <FilterBar active={[cause, who, district].filter((each) => each !== null && each !== '').length}>
      <nav class="choice" aria-label={w('tabs')}>
        {TABS.map((each) => (
          <a key={each} href={`/leads${view.query({ tab: each })}`} aria-current={tab === each ? 'page' : undefined}>
            {w(each)} {n && <span class="quiet">{formatCount(n[each])}</span>}
          </a>
        ))}
      </nav>
      <select
        aria-label={w('allCauses')}
        value={cause ?? ''}
        onChange={(event) => view.show({ cause: CAUSES.find((each) => each === event.currentTarget.value) ?? null })}
      >
        <option value="">{w('allCauses')}</option>
        {CAUSES.map((each) => (
          <option key={each} value={each}>
            {w(each)}
          </option>
        ))}
      </select>
      <select
        aria-label={w('everyone')}
        value={who ?? ''}
        onChange={(event) => {
          const next = event.currentTarget.value;
          view.show({ who: next === 'mine' || next === 'none' ? next : null });
        }}
      >
        <option value="">{w('everyone')}</option>
        <option value="mine">{w('mine')}</option>
        <option value="none">{w('nobody')}</option>
      </select>
      <DistrictChoice value={district} choose={(each) => view.show({ district: each })} />
      <Search />
    </FilterBar>
  );
}
