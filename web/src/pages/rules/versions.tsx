import { w } from '../../i18n/words/rules.ts';
import { dayTime } from '../../model/format.ts';
import { now } from '../../state/clock.ts';
import type { Query } from '../../state/query.ts';
import { Empty, Read } from '../../ui/states.tsx';
import { type Versions as All, type Catalogue, numberWords } from './rules.ts';

const STATES = { inForce: 'inForce', ahead: 'ahead', past: 'past', overtaken: 'overtakenState' } as const;

/** What a version changes against the one recorded before it; `product` gives the numbers that neither names. */
function differences(
  after: Readonly<Record<string, number>>,
  before: Readonly<Record<string, number>>,
  catalogue: Catalogue,
): { key: string; before: string; after: string }[] {
  return catalogue.parameters.flatMap(({ key, product, unit }) => {
    const was = before[key] ?? product;
    const is = after[key] ?? product;
    return was === is ? [] : [{ key, before: numberWords(was, unit), after: numberWords(is, unit) }];
  });
}

/** Who changed what, when and why. */
export function VersionList({ versions, catalogue }: { versions: Query<All>; catalogue: Catalogue }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard (WCAG 2.1.1)
    <section class="scroll section" tabIndex={0} aria-label={w('tabVersions')}>
      <Read query={versions}>
        {({ settings }) =>
          settings.length === 0 ? (
            <Empty title={w('versionsNone')} />
          ) : (
            <table class="plain-table rule-versions">
              <thead>
                <tr>
                  <th scope="col">{w('colVersion')}</th>
                  <th scope="col">{w('colFrom')}</th>
                  <th scope="col">{w('colState')}</th>
                  <th scope="col">{w('colNumbers')}</th>
                  <th scope="col">{w('colWhy')}</th>
                  <th scope="col">{w('colWho')}</th>
                </tr>
              </thead>
              <tbody>
                {settings.map((each, i) => {
                  const changes = differences(each.overrides, settings[i + 1]?.overrides ?? {}, catalogue);
                  return (
                    <tr key={each.id}>
                      <th scope="row" class="mono" title={each.version}>
                        #{each.id}
                      </th>
                      <td>{each.validFrom}</td>
                      <td class={each.state === 'inForce' ? '' : 'quiet'}>{w(STATES[each.state])}</td>
                      <td class="text">
                        {changes.length === 0 && <span class="quiet">{w('keep')}</span>}
                        {changes.map((change) => (
                          <div key={change.key} class="mono small">
                            {w('changedTo', change)}
                          </div>
                        ))}
                      </td>
                      <td class="text">{each.note}</td>
                      <td class="quiet">
                        {w('byAt', { by: each.recordedBy, time: dayTime(Date.parse(each.recordedAt), now.peek()) })}
                      </td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          )
        }
      </Read>
    </section>
  );
}
