import { api, take } from '../data/client.ts';
import { t } from '../i18n/words/shell.ts';
import { useQuery } from '../state/query.ts';

/**
 * One of the districts with trucks, or all ('' for that). Nothing for somebody who has only one to choose from; a district of the address
 * that is not among them stays, so that what narrows a list is always seen.
 */
export function DistrictChoice({ value, choose }: { value: string; choose: (district: string) => void }) {
  const query = useQuery('districts', (abort) => take(api.districts.$get({}, { init: { signal: abort } })));
  const names = query.data.value?.districts.map(({ district }) => district) ?? [];
  if (names.length < 2 && value === '') return null;
  return (
    <select aria-label={t('district')} value={value} onChange={(event) => choose(event.currentTarget.value)}>
      <option value="">{t('allDistricts')}</option>
      {[...new Set([...names, ...(value === '' ? [] : [value])])].map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}
