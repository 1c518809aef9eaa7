import { t } from '../i18n/index.ts';
import { dayTime, formatSpan, formatValue, THIN } from '../model/format.ts';
import { now } from '../state/clock.ts';
import { rows, thresholds } from '../state/fleet.ts';
import { truck } from '../state/truck.ts';
import { show, view } from '../state/view.ts';
import { ChartArea } from './chart-area.tsx';
import { stateNow } from './fleet-row.tsx';
import { RangeBar } from './range-bar.tsx';
import { StateMark } from './state-mark.tsx';
import { narrow } from './window.ts';

/** What is known of the truck, newest state from the live row where it is listed. */
function Facts() {
  const detail = truck.value;
  if (!detail) return null;
  const power = detail.parameters?.values.ratedPowerKw;
  const stage = detail.parameters?.values.stage;
  const stageName = stage === 'IV' ? t('stageIV') : stage === 'V' ? t('stageV') : stage === 'VI' ? t('stageVI') : undefined;
  const facts: [string, string | null | undefined][] = [
    [t('vin'), detail.vin],
    [t('terminal'), detail.terminal?.id ?? t('noTerminal')],
    [t('stage'), stageName],
    [t('power'), typeof power === 'number' ? `${formatValue(power, 0)}${THIN}kW` : undefined],
    [t('district'), detail.district],
    [t('enterprise'), detail.enterprise],
  ];
  return (
    <dl class="facts">
      {facts.map(([name, value]) =>
        value ? (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}

/** The chosen truck: who it is, how fresh its data are, its charts. */
export function TruckPane() {
  const id = view.value.truck;
  // On a phone this pane is the whole page, so its title is the page's.
  const Title = narrow.value ? 'h1' : 'h2';
  const row = rows.value.find((each) => each.peek().id === id)?.value;
  const vehicle = row ?? truck.value;
  const received = vehicle?.lastReceivedAt ? Date.parse(vehicle.lastReceivedAt) : null;
  const sampled = vehicle?.lastSampleAt ? Date.parse(vehicle.lastSampleAt) : null;
  return (
    <section class="truck" aria-label={vehicle?.plate ?? t('loading')}>
      <header class="truck-head">
        <button type="button" class="phone-only" onClick={() => show({ truck: null })} aria-label={t('back')}>
          ←
        </button>
        <Title>{vehicle?.plate ?? t('loading')}</Title>
        {vehicle && <StateMark state={stateNow(vehicle, now.value, thresholds.value)} />}
        {received !== null && (
          <span class="quiet fresh" title={sampled === null ? '' : `${t('lastSample')} ${dayTime(sampled, now.value)}`}>
            {t('lastReceived')} {dayTime(received, now.value)} · {t('ago', { span: formatSpan((now.value - received) / 1000) })}
          </span>
        )}
        <span class="fill" />
        <button
          type="button"
          class="desk-only"
          onClick={() => show({ truck: null })}
          title={`${t('close')} (Esc)`}
          aria-label={t('close')}
        >
          ✕
        </button>
      </header>
      <Facts />
      <RangeBar />
      <ChartArea />
    </section>
  );
}
