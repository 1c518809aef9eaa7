import { useSignal } from '@preact/signals';
import { nameOf } from '../../i18n/index.ts';
import { t } from '../../i18n/words/shell.ts';
import { w } from '../../i18n/words/vehicle.ts';
import { w as entry } from '../../i18n/words/vehicles.ts';
import { beijing, clockTime, dayTime, formatValue, THIN } from '../../model/format.ts';
import { grouped } from '../../model/groups.ts';
import { catalogue } from '../../state/catalogue.ts';
import { now } from '../../state/clock.ts';
import { may } from '../../state/session.ts';
import { ServiceSection } from '../vehicles/lay-ups.tsx';
import { ChangeIdentity, ChangeParameters, ParameterHistory } from './change-dialogs.tsx';
import type { VehicleDetail } from './truck.ts';
import { TruckCases } from './truck-cases.tsx';
import { TruckInspections } from './truck-inspections.tsx';

/** `2026-11-23` on a Beijing clock. */
export function dayOf(iso: string): string {
  const { year, month, day } = beijing(Date.parse(iso));
  return `${year}-${month}-${day}`;
}

function LiveValues({ detail }: { detail: VehicleDetail }) {
  const known = catalogue.value.filter((signal) => detail.latest[signal.id]);
  return (
    <section class="section" aria-label={w('live')}>
      <h2>
        {w('live')}
        {detail.lastSampleAt && (
          <span class="quiet small" title={w('liveAge')}>
            {dayTime(Date.parse(detail.lastSampleAt), now.value).slice(0, -5)}
            {clockTime(Date.parse(detail.lastSampleAt))}
          </span>
        )}
      </h2>
      {known.length === 0 && <p class="quiet">{w('liveNone')}</p>}
      <table class="live-values">
        {grouped(known).map((group) => (
          <tbody key={group.id}>
            {group.signals.map((signal) => {
              const value = detail.latest[signal.id];
              if (!value) return null;
              const at = Date.parse(value.at);
              return (
                <tr key={signal.id} class={value.current ? '' : 'stale'}>
                  <th scope="row" title={signal.source}>
                    {nameOf(signal)}
                  </th>
                  <td class="num">
                    {formatValue(value.value, signal.decimals)}
                    {signal.unit && (
                      <span class="unit">
                        {THIN}
                        {signal.unit}
                      </span>
                    )}
                  </td>
                  {!value.current && (
                    <td class="num quiet small" title={w('liveOlder')}>
                      {now.value - at < 86_400_000 ? clockTime(at) : dayTime(at, now.value)}
                    </td>
                  )}
                </tr>
              );
            })}
          </tbody>
        ))}
      </table>
    </section>
  );
}

/** A stage in the language now shown. */
export function stageName(stage: unknown): string | undefined {
  return stage === 'IV' || stage === 'V' || stage === 'VI' ? t(`stage${stage}`) : undefined;
}

/** Parameters as name and text, in the order in which people read them. */
export function parameterRows(values: Readonly<Record<string, unknown>>): [name: string, text: string][] {
  const number = (value: unknown, unit: string) =>
    typeof value === 'number' ? `${formatValue(value, Number.isInteger(value) ? 0 : 1)}${THIN}${unit}` : undefined;
  const rows: [string, string | undefined][] = [
    [entry('stage'), stageName(values.stage)],
    [entry('power'), number(values.ratedPowerKw, 'kW')],
    [entry('torque'), number(values.referenceTorqueNm, 'N·m')],
    [entry('fuelTank'), number(values.fuelTankL, 'L')],
    [entry('ureaTank'), number(values.ureaTankL, 'L')],
    [entry('engineModel'), typeof values.engineModel === 'string' ? values.engineModel : undefined],
    [entry('aftertreatment'), typeof values.aftertreatment === 'string' ? values.aftertreatment : undefined],
  ];
  return rows.map(([name, text]) => [name, text ?? entry('unknown')]);
}

function Facts({ rows }: { rows: readonly (readonly [string, string | null | undefined])[] }) {
  return (
    <dl class="facts-list">
      {rows.map(([name, text]) =>
        text ? (
          <>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </>
        ) : null,
      )}
    </dl>
  );
}

/** Who the truck is: live values, identity, parameters with their history, terminals carried. */
export function FilePanel({ detail, changed }: { detail: VehicleDetail; changed: () => void }) {
  const dialog = useSignal<'identity' | 'parameters' | 'history' | null>(null);
  const close = () => {
    dialog.value = null;
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard (WCAG 2.1.1)
    <aside class="scroll vehicle-side" aria-label={w('file')} tabIndex={0}>
      <LiveValues detail={detail} />
      <section class="section">
        <h2>
          {w('identity')}
          {may('registry.write') && (
            <button type="button" class="plain small" onClick={() => (dialog.value = 'identity')}>
              {entry('changeIdentity')}
            </button>
          )}
        </h2>
        <Facts
          rows={[
            [w('vin'), detail.vin],
            [w('plateColor'), detail.plateColor],
            [w('district'), detail.district],
            [w('enterprise'), detail.enterprise],
            [w('useType'), detail.useType],
            [w('fittedAt'), dayOf(detail.fittedAt)],
          ]}
        />
      </section>
      <ServiceSection truck={detail} changed={changed} />
      <section class="section">
        <h2>
          {w('parameters')}
          <span>
            <button type="button" class="plain small" onClick={() => (dialog.value = 'history')}>
              {w('parametersHistory')}
            </button>
            {may('registry.write') && (
              <button type="button" class="plain small" onClick={() => (dialog.value = 'parameters')}>
                {entry('changeParameters')}
              </button>
            )}
          </span>
        </h2>
        {detail.parameters && (
          <>
            <Facts rows={parameterRows(detail.parameters.values)} />
            <p class="quiet small">
              {w('parametersFrom', { date: dayOf(detail.parameters.validFrom) })} ·{' '}
              {w('parametersBy', {
                by: detail.parameters.recordedBy,
                time: dayTime(Date.parse(detail.parameters.recordedAt), now.peek()),
              })}
            </p>
          </>
        )}
      </section>
      <TruckCases vehicleId={detail.id} />
      <TruckInspections vehicleId={detail.id} />
      <section class="section">
        <h2>{w('terminals')}</h2>
        {detail.assignments.length === 0 && <p class="quiet">{w('terminalsNone')}</p>}
        <ul>
          {detail.assignments.map((a) => (
            <li key={a.id}>
              <a class="link" href={`/terminals?q=${encodeURIComponent(a.terminalId)}`}>
                {a.terminalId}
              </a>{' '}
              <span class="quiet small">
                {dayOf(a.from)} – {a.to === null ? w('now') : dayOf(a.to)}
              </span>
            </li>
          ))}
        </ul>
      </section>
      {dialog.value === 'identity' && <ChangeIdentity detail={detail} close={close} changed={changed} />}
      {dialog.value === 'history' && <ParameterHistory detail={detail} close={close} />}
      {dialog.value === 'parameters' && <ChangeParameters detail={detail} close={close} changed={changed} />}
    </aside>
  );
}
