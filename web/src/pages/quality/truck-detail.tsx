import { api, take } from '../../data/client.ts';
import { nameOf } from '../../i18n/index.ts';
import { w } from '../../i18n/words/quality.ts';
import { formatCount, formatShare, formatSpan, NO_VALUE } from '../../model/format.ts';
import { pathOf } from '../../model/routes.ts';
import { signalOf } from '../../state/catalogue.ts';
import { useQuery } from '../../state/query.ts';
import { Scroll } from '../../ui/scroll.tsx';
import { Read } from '../../ui/states.tsx';
import { Term } from '../../ui/term.tsx';
import { clockWords, type Detail, dayWords, periodNow, view } from './quality.ts';

const JUDGED = [
  ['missing', 'colMissing'],
  ['error', 'colError'],
  ['outOfRange', 'colOutOfRange'],
  ['notReady', 'colNotReady'],
  ['stuck', 'colStuck'],
  ['implausible', 'colImplausible'],
] as const;
/** A share below this is not worth a column's ink. */
const WORTH = 0.005;

function channelName(id: string): string {
  const signal = signalOf(id);
  return signal ? nameOf(signal) : id;
}

function Channels({ detail, target }: { detail: Detail; target: number }) {
  if (detail.channels.length === 0) return <p class="quiet">{w('noChannels')}</p>;
  const low = detail.channels.filter(
    ({ effectiveRate, counts }) => effectiveRate !== null && effectiveRate < target && counts.missing < total(counts),
  );
  return (
    <>
      <p class={low.length > 0 ? 'data-problem' : ''}>
        {low.length > 0
          ? `◌ ${w('technician', { channels: low.map(({ signal }) => channelName(signal)).join(', ') })}`
          : `✓ ${w('technicianNone')}`}
      </p>
      <Scroll across>
        <table class="plain-table">
          <thead>
            <tr>
              <th scope="col">{w('colChannel')}</th>
              <th scope="col" class="num">
                <Term id="effectiveRate" />
              </th>
              <th scope="col" class="num">
                <Term id="validRate">{w('colValid')}</Term>
              </th>
              {JUDGED.map(([id, key]) => (
                <th key={id} scope="col" class="num">
                  {w(key)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {detail.channels.map((each) => {
              const all = total(each.counts);
              return (
                <tr key={each.signal}>
                  <th scope="row" title={each.signal}>
                    {channelName(each.signal)}
                  </th>
                  <td class={each.effectiveRate !== null && each.effectiveRate < target ? 'num data-problem' : 'num'}>
                    {formatShare(each.effectiveRate)}
                  </td>
                  <td class="num">{formatShare(each.validRate)}</td>
                  {JUDGED.map(([id]) => {
                    const share = all > 0 ? each.counts[id] / all : 0;
                    return (
                      <td key={id} class={share >= 0.05 ? 'num data-problem' : 'num quiet'} title={formatCount(each.counts[id])}>
                        {share < WORTH ? (each.counts[id] > 0 ? '<0.5' : '') : formatShare(share)}
                      </td>
                    );
                  })}
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}

function total(counts: Detail['channels'][number]['counts']): number {
  return Object.values(counts).reduce((sum, n) => sum + n, 0);
}

function Days({ detail }: { detail: Detail }) {
  return (
    <Scroll across>
      <table class="plain-table">
        <thead>
          <tr>
            <th scope="col">{w('colDate')}</th>
            <th scope="col" class="num">
              {w('colSamples')}
            </th>
            <th scope="col" class="num">
              {w('colEngineOn')}
            </th>
            <th scope="col" class="num">
              <Term id="transmissionRate" />
            </th>
            <th scope="col" class="num">
              <Term id="effectiveRate" />
            </th>
            <th scope="col" class="num">
              <Term id="lateShare" />
            </th>
            <th scope="col" class="num">
              <Term id="clockError" />
            </th>
            <th scope="col">{w('gaps')}</th>
            <th scope="col" class="num">
              {w('conflicts')}
            </th>
          </tr>
        </thead>
        <tbody>
          {detail.days.toReversed().map((day) => (
            <tr key={day.date}>
              <th scope="row">{day.date}</th>
              {day.state === 'noData' || day.state === 'laidUp' ? (
                <td class="quiet" colSpan={8}>
                  {w(day.state)}
                </td>
              ) : (
                <>
                  <td class="num">{formatCount(day.samples)}</td>
                  <td class="num">{day.engineOnS === null ? NO_VALUE : formatSpan(day.engineOnS)}</td>
                  <td class="num" title={day.transmission === null ? w('engineOff') : undefined}>
                    {formatShare(day.transmission)}
                  </td>
                  <td class="num" title={day.transmission === null ? w('engineOff') : undefined}>
                    {formatShare(day.effective)}
                  </td>
                  <td class="num">{formatShare(day.late)}</td>
                  <td class="num">{clockWords(day.clockS)}</td>
                  <td class="quiet">{(day.gaps ?? 0) > 0 ? dayWords(day, 'gaps') : NO_VALUE}</td>
                  <td class="num">{day.conflicts > 0 ? formatCount(day.conflicts) : NO_VALUE}</td>
                </>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** One truck: its channels over the period, and its days. */
export function TruckDetail({ id, plate, target }: { id: number; plate: string; target: number }) {
  const period = periodNow();
  const query = useQuery(`data-quality ${id} ${period.from} ${period.to}`, (signal) =>
    take(api.vehicles[':id']['data-quality'].$get({ param: { id: String(id) }, query: period }, { init: { signal } })),
  );
  return (
    <>
      <header class="detail-head">
        <h2>{w('detailTitle', { plate })}</h2>
        <a class="link" href={pathOf('vehicles', id)}>
          {w('openFile')}
        </a>
        <a class="button" href={`/quality${view.query({ truck: null })}`} aria-label={w('close')}>
          ✕
        </a>
      </header>
      <Read query={query}>
        {(detail) => (
          <>
            <section class="section">
              <h2>
                {w('byChannel')}{' '}
                <span class="quiet small">
                  {period.from} – {period.to} · {w('due', { n: formatCount(detail.due) })}
                </span>
              </h2>
              <Scroll across>
                <Channels detail={detail} target={target} />
              </Scroll>
            </section>
            <section class="section">
              <h2>{w('byDay')}</h2>
              <Scroll across>
                <Days detail={detail} />
              </Scroll>
            </section>
          </>
        )}
      </Read>
    </>
  );
}
