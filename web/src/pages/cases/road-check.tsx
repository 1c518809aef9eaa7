import { useSignal } from '@preact/signals';
import type { InferResponseType } from 'hono/client';
import { useEffect } from 'preact/hooks';
import { api, take } from '../../data/client.ts';
import { language } from '../../i18n/index.ts';
import { w } from '../../i18n/words/road-check.ts';
import { dayTime, formatCount, formatShare, formatValue, NO_VALUE, THIN } from '../../model/format.ts';
import { changeOf } from '../../model/road-picture.ts';
import { signedShare, threeDigits } from '../../model/statistics.ts';
import { now } from '../../state/clock.ts';
import { useQuery } from '../../state/query.ts';
import { may } from '../../state/session.ts';
import { Failed } from '../../ui/states.tsx';
import { type CaseWhole, moved } from './cases.ts';
import { RoadCheckPicture } from './road-check-picture.tsx';

type Answer = InferResponseType<(typeof api.cases)[':id']['road-check']['$get'], 200>;
/** A road check as the API tells it. */
export type RoadCheck = NonNullable<Answer['newest']>;

const LOOK_MS = 60_000;
/** Where a road check can be computed: after a repair, also when the case waits for closing or is closed. */
const COMPUTED_AT: readonly CaseWhole['state'][] = ['retest', 'roadCheck', 'closing', 'closed'];
const MARKS = {
  repaired: { mark: '✓', tone: '' },
  notRepaired: { mark: '▲', tone: 'over' },
  notYetDecidable: { mark: '◌', tone: 'problem' },
} as const;

const gPerKwh = (value: number | null | undefined): string =>
  value === null || value === undefined ? NO_VALUE : `${threeDigits(value)}${THIN}g/kWh`;
const change = (log: number | null): string => signedShare(log === null ? null : changeOf(log));
const ranged = (of: { value: number; low: number; high: number } | null, confidence: number): string =>
  of === null
    ? NO_VALUE
    : `${gPerKwh(of.value)} (${w('level', { confidence, low: threeDigits(of.low), high: threeDigits(of.high) })})`;
const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((all, each) => all + each, 0);
const percent = (share: number | null): string => (share === null ? NO_VALUE : formatShare(share));

/** Every day of the picture with its figures. */
function Days({ check }: { check: RoadCheck }) {
  const rows = (['before', 'after'] as const).flatMap((period) => check.daysOf[period].map((day) => ({ period, day })));
  return (
    <details class="road-days">
      <summary>{w('table')}</summary>
      <table class="plain-table">
        <thead>
          <tr>
            <th scope="col">{w('day')}</th>
            <th scope="col">{w('period')}</th>
            <th scope="col" class="num">
              {w('nox')} <span class="unit">g/kWh</span>
            </th>
            <th scope="col" class="num">
              {w('ownNox')} <span class="unit">g/kWh</span>
            </th>
            <th scope="col" class="num">
              {w('work')} <span class="unit">kWh</span>
            </th>
            <th scope="col" class="num">
              {w('windows')}
            </th>
            <th scope="col" class="num">
              {w('over')} <span class="unit">%</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ period, day }) => (
            <tr key={day.day}>
              <th scope="row">{day.day}</th>
              <td>{w(period)}</td>
              <td class="num">{threeDigits(day.gPerKwh)}</td>
              <td class="num">{threeDigits(day.workKwh > 0 ? day.noxG / day.workKwh : null)}</td>
              <td class="num">{formatValue(day.workKwh, 0)}</td>
              <td class="num">{formatCount(day.windows)}</td>
              <td class="num">{day.windows > 0 ? formatValue((100 * day.windowsOver) / day.windows, 1) : NO_VALUE}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

function testWords(check: RoadCheck): string {
  const { test } = check;
  if (test === null) return NO_VALUE;
  const p = test.p < 0.0001 ? '<0.0001' : test.p.toPrecision(2);
  const how = w(test.exact ? 'exact' : 'normal');
  return w('testText', { w: test.wPlus, n: test.n, p, how, zeros: test.zeros, ties: test.ties });
}

function shiftWords({ test }: RoadCheck): string {
  if (test === null) return NO_VALUE;
  const shift = threeDigits(test.shift);
  if (test.low === null || test.high === null || test.confidence === null) return w('shiftBare', { shift });
  const confidence = formatValue(100 * test.confidence, 1);
  return w('shiftText', { shift, confidence, low: threeDigits(test.low), high: threeDigits(test.high) });
}

function rowsOf(check: RoadCheck): (readonly [name: string, text: string])[] {
  const confidence = Math.round(100 * check.confidence);
  const pair = (before: string, after: string) => w('pair', { before, after });
  const { days, logRatio } = check;
  const taken = check.controlLogRatio !== null;
  return [
    [w('levels'), pair(ranged(check.before, confidence), ranged(check.after, confidence))],
    [w('ownLevels'), pair(gPerKwh(check.ownBefore), gPerKwh(check.ownAfter))],
    [
      w(taken ? 'changeControls' : 'change'),
      logRatio === null ? NO_VALUE : `${change(logRatio.value)} [${change(logRatio.low)}, ${change(logRatio.high)}]`,
    ],
    [
      w('controlTrucks'),
      taken
        ? w('controlsUsed', { n: check.controls, change: change(check.controlLogRatio) })
        : w('controlsFew', { n: check.controls }),
    ],
    [w('test'), testWords(check)],
    [w('shift'), shiftWords(check)],
    [w('overlap'), w('overlapText', { share: percent(check.overlap), least: percent(check.leastOverlap), bins: check.bins })],
    [
      w('daysOver'),
      w('daysOverText', {
        before: days.beforeOver,
        nBefore: check.daysBefore,
        after: days.afterOver,
        nAfter: check.daysAfter,
        upper: percent(days.upper),
      }),
    ],
    [w('windowShare'), pair(percent(check.windowShare.before), percent(check.windowShare.after))],
    [w('urea'), pair(percent(check.urea.before), percent(check.urea.after))],
    [w('notValid'), w('notValidText', { before: sum(check.notValid.before), after: sum(check.notValid.after) })],
    [
      w('method'),
      w(check.basis === 'work' ? 'methodWork' : 'methodFuel', {
        bsfc: formatValue(1000 * check.bsfcKgPerKwh, 0),
        grade: check.methodClass ?? NO_VALUE,
      }),
    ],
  ];
}

const authorOf = (by: string): string => (by === 'plume' ? w('service') : by);
const timeOf = (iso: string): string => dayTime(Date.parse(iso), now.value);

/** Checks that no longer hold, each with the repair that it was of. */
function History({ checks }: { checks: Answer['checks'] }) {
  return (
    <ul class="plain-list">
      {checks.map((each) => (
        <li key={each.id}>
          {w('historyRow', {
            time: timeOf(each.computedAt),
            day: each.repairedDay,
            verdict: w(each.verdict),
            before: each.daysBefore,
            after: each.daysAfter,
          })}
        </li>
      ))}
    </ul>
  );
}

function Waiting({ days }: { days: readonly string[] }) {
  const [first, last] = [days[0], days.at(-1)];
  return first === undefined || last === undefined ? null : (
    <p class="quiet">{w('waitingDays', { n: days.length, first, last })}</p>
  );
}

function Rests({ answer, check }: { answer: Answer; check: RoadCheck }) {
  return (
    <details class="road-rests">
      <summary>{w('rests')}</summary>
      <dl class="facts-list">
        {rowsOf(check).map(([name, text]) => (
          <>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </>
        ))}
        <dt>{w('cite')}</dt>
        <dd>
          {w('citeText', { version: check.version, time: timeOf(check.computedAt), by: authorOf(check.by) })}
          <span class="mono small hash">{check.inputsSha256}</span>
          <span class={check.reproduced === false ? 'again over' : 'again quiet'}>
            {w(check.reproduced === null ? 'otherVersion' : check.reproduced ? 'reproduced' : 'notReproduced')}
          </span>
        </dd>
        {answer.checks.length > 1 && (
          <>
            <dt>{w('history')}</dt>
            <dd>
              <History checks={answer.checks.filter(({ id }) => id !== check.id)} />
            </dd>
          </>
        )}
      </dl>
    </details>
  );
}

/** The verdict in one sentence and one picture, with everything behind it. */
function Shown({ answer, check }: { answer: Answer; check: RoadCheck }) {
  const { mark, tone } = MARKS[check.verdict];
  return (
    <>
      <p class="road-verdict">
        <b class={tone}>
          {mark} {w(check.verdict)}
        </b>
        {check.daysMissing !== null && (
          <span class="quiet">
            {w('missing', { n: check.daysMissing })} (
            {check.daysBy === 'width' ? w('byWidth') : w('byMinimum', { n: check.leastDays })})
          </span>
        )}
      </p>
      <p class="road-sentence">{check.sentence[language.value]}</p>
      <RoadCheckPicture check={check} />
      <Days check={check} />
      <Rests answer={answer} check={check} />
    </>
  );
}

/** The road check of a case whose truck was repaired; nothing for kinds of cases that have none. */
export function RoadCheckPart({ found }: { found: CaseWhole }) {
  const repaired = found.steps.some(({ kind }) => kind === 'repair');
  return repaired && found.type !== 'tank' && found.type !== 'offline' ? <RoadCheckOf found={found} /> : null;
}

function RoadCheckOf({ found }: { found: CaseWhole }) {
  const id = String(found.id);
  const told = useSignal<'same' | 'computed' | 'moved' | 'waiting' | null>(null);
  const query = useQuery(
    `road check ${id}`,
    (abort) => take(api.cases[':id']['road-check'].$get({ param: { id } }, { init: { signal: abort } })),
    { everyMs: LOOK_MS, keep: true },
  );
  useEffect(() => {
    query.again();
  }, [found.version]);
  const compute = async () => {
    const answer = await take(api.cases[':id']['road-check'].$post({ param: { id }, json: {} }));
    query.put(answer);
    told.value = answer.outcome === 'kept' ? 'computed' : answer.outcome;
    if (answer.outcome === 'moved') moved.value += 1;
  };
  const answer = query.data.value;
  return (
    <section class="section road-check" aria-label={w('title')}>
      <h2>{w('title')}</h2>
      <Failed query={query} />
      {answer?.newest && <Shown answer={answer} check={answer.newest} />}
      {answer && !answer.newest && <p class="quiet">{w(answer.repair ? 'none' : 'noRepair')}</p>}
      {answer && <Waiting days={answer.waiting} />}
      {answer?.newest?.verdict === 'notRepaired' && found.state === 'closed' && <p class="over">{w('closedNot')}</p>}
      {answer && !answer.newest && answer.checks.length > 0 && (
        <>
          <p class="quiet">{w('earlier')}</p>
          <History checks={answer.checks} />
        </>
      )}
      {answer?.repair && COMPUTED_AT.includes(found.state) && may('cases.work') && (
        <p class="road-actions">
          <button type="button" onClick={() => void compute()}>
            {w('compute')}
          </button>
          {told.value !== null && <span class="quiet">{w(told.value)}</span>}
        </p>
      )}
    </section>
  );
}
