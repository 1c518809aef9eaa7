import { type Overrides, PARAMETERS, type Parameters, rulesVersion } from '../rules/index.ts';
import type { Difference } from './differences.ts';
import type { Sections } from './format.ts';

type Settings = Sections['parameters'][number];

/** Settings as they are told in a pack: every number in force with unit, source and mark. */
export function tellSettings(about: Pick<Settings, 'id' | 'validFrom' | 'recordedBy' | 'note'>, overrides: Overrides): Settings {
  const values = Object.entries(PARAMETERS).flatMap(([group, table]) =>
    Object.entries(table).map(([name, row]) => {
      const own = overrides[`${group}.${name}`];
      return {
        name: `${group}.${name}`,
        value: own ?? row.value,
        unit: row.unit,
        source: row.source,
        mark: row.mark,
        product: own === undefined ? null : row.value,
      };
    }),
  );
  return { ...about, overrides: { ...overrides }, rulesVersion: rulesVersion(overrides), values };
}

/** The numbers of a pack as the rules take them, and where they are not those that its settings name. */
export function numbersOf(
  settings: Settings,
  index: number,
): { readonly parameters: Parameters; readonly differences: Difference[] } {
  const given = new Map(settings.values.map((row, at) => [row.name, { row, at }]));
  const differences: Difference[] = [];
  const differ = (path: string, stored: unknown, recomputed: unknown, says: string): void => {
    differences.push({
      section: 'parameters',
      path: `sections.parameters[${index}].${path}`,
      stored: String(stored),
      recomputed: String(recomputed),
      says,
    });
  };
  const groups = Object.entries(PARAMETERS).map(([group, table]) => {
    const numbers = Object.entries(table).map(([name, row]) => {
      const id = `${group}.${name}`;
      const expected = settings.overrides[id] ?? row.value;
      const found = given.get(id);
      given.delete(id);
      if (!found) differ('values', '(absent)', `${id} = ${expected}`, 'a number in force is missing');
      else if (found.row.value !== expected)
        differ(
          `values[${found.at}].value`,
          `${id} = ${found.row.value}`,
          `${id} = ${expected}`,
          id in settings.overrides
            ? "not the number of the site's settings"
            : 'not the number of the product, and no setting of the site says so',
        );
      return [name, found?.row.value ?? expected] as const;
    });
    return [group, Object.fromEntries(numbers)] as const;
  });
  for (const { row, at } of given.values())
    differ(`values[${at}]`, `${row.name} = ${row.value}`, '(absent)', 'a number that these rules do not have');
  return { parameters: Object.fromEntries(groups) as Parameters, differences };
}
