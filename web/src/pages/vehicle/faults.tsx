import { w } from '../../i18n/words/history.ts';
import { dayTime, formatCount } from '../../model/format.ts';
import { now } from '../../state/clock.ts';
import { Scroll } from '../../ui/scroll.tsx';
import { Read } from '../../ui/states.tsx';
import { useTroubleCodes } from './history.ts';

/** Trouble codes that the truck's computer told of, and whether its lamp is on. */
export function Faults({ vehicleId }: { vehicleId: number }) {
  const query = useTroubleCodes(vehicleId);
  return (
    <Read query={query}>
      {({ newest, codes }) => (
        <>
          <p class="hint">
            {newest === null ? (
              <span class="quiet">{w('obdNever')}</span>
            ) : (
              <>
                <b class={newest.mil ? 'attention' : ''}>
                  {w(newest.mil === null ? 'milUnknown' : newest.mil ? 'milOn' : 'milOff')}
                </b>{' '}
                <span class="quiet small">{w('obdAt', { time: dayTime(Date.parse(newest.at), now.value) })}</span>
              </>
            )}
          </p>
          {codes.length === 0 ? (
            newest !== null && <p class="hint quiet">{w('codesNone')}</p>
          ) : (
            <Scroll across>
              <table class="plain-table day-table">
                <thead>
                  <tr>
                    <th scope="col">{w('code')}</th>
                    <th scope="col">{w('state')}</th>
                    <th scope="col">{w('firstSeen')}</th>
                    <th scope="col">{w('lastSeen')}</th>
                    <th scope="col" class="num">
                      {w('readings')}
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {codes.map((each) => {
                    const present = newest?.codes.some((code) => code.startsWith(each.code)) ?? false;
                    return (
                      <tr key={each.code}>
                        <th scope="row" class="mono">
                          {each.code}
                        </th>
                        <td class={present ? 'attention' : 'quiet'}>{present ? `△ ${w('present')}` : w('past')}</td>
                        <td>{dayTime(Date.parse(each.firstSeen), now.value)}</td>
                        <td>{dayTime(Date.parse(each.lastSeen), now.value)}</td>
                        <td class="num">{formatCount(each.readings)}</td>
                      </tr>
                    );
                  })}
                </tbody>
              </table>
            </Scroll>
          )}
        </>
      )}
    </Read>
  );
}
