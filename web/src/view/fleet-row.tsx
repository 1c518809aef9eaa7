import type { ReadonlySignal } from '@preact/signals';
import type { Vehicle } from '../data/client.ts';
import { t } from '../i18n/index.ts';
import { dayTime, formatSpan, formatValue, NO_VALUE, nearTime } from '../model/format.ts';
import { now } from '../state/clock.ts';
import { thresholds } from '../state/fleet.ts';
import { catalogue } from '../state/truck.ts';
import { linkTo, show, view } from '../state/view.ts';
import { COLUMNS } from './fleet-pane.tsx';
import { pointed } from './keys.ts';
import { StateMark } from './state-mark.tsx';

/** The state by now: a truck that was online when the list was read becomes late by itself. */
export function stateNow(
  vehicle: Pick<Vehicle, 'lastReceivedAt'>,
  nowMs: number,
  limits: { onlineS: number; lateS: number },
): Vehicle['state'] {
  if (vehicle.lastReceivedAt === null) return 'neverSeen';
  const ageS = (nowMs - Date.parse(vehicle.lastReceivedAt)) / 1000;
  return ageS <= limits.onlineS ? 'online' : ageS <= limits.lateS ? 'late' : 'silent';
}

function Value({ vehicle, id, room }: { vehicle: Vehicle; id: string; room: number }) {
  const known = vehicle.latest[id];
  const decimals = catalogue.value.find((signal) => signal.id === id)?.decimals ?? 1;
  if (!known) {
    return (
      <td class={`num quiet room-${room}`} title={t('noValue')}>
        {NO_VALUE}
      </td>
    );
  }
  const time = dayTime(Date.parse(known.at), now.peek());
  return (
    <td class={`num room-${room}${known.current ? '' : ' stale'}`} title={t(known.current ? 'valueAt' : 'stale', { time })}>
      {formatValue(known.value, decimals)}
    </td>
  );
}

function LastReceived({ vehicle }: { vehicle: Vehicle }) {
  if (vehicle.lastReceivedAt === null) return <td class="num c-last quiet">{NO_VALUE}</td>;
  const at = Date.parse(vehicle.lastReceivedAt);
  return (
    <td class="num c-last" title={dayTime(at, now.value)}>
      <span class="wide-only quiet">{nearTime(at, now.value)} </span>
      {t('ago', { span: formatSpan((now.value - at) / 1000) })}
    </td>
  );
}

/** One truck. */
export function FleetRow({ row, index }: { row: ReadonlySignal<Vehicle>; index: number }) {
  const vehicle = row.value;
  const state = stateNow(vehicle, now.value, thresholds.value);
  const open = (event: Event) => {
    event.preventDefault();
    pointed.value = vehicle.id;
    show({ truck: vehicle.id }, view.peek().truck === null ? 'push' : 'replace');
  };
  const chosen = view.value.truck === vehicle.id;
  const classes = [chosen && 'chosen', pointed.value === vehicle.id && 'pointed', state !== 'online' && 'away']
    .filter(Boolean)
    .join(' ');
  return (
    // Keyboard users open a truck by the link in its row, or by Enter on the row that j and k stand on.
    <tr class={classes} aria-rowindex={index + 2} aria-selected={chosen} onClick={open}>
      <td class="c-state">
        <StateMark state={state} />
      </td>
      <th scope="row" class="c-plate">
        <a href={linkTo({ truck: vehicle.id })} onClick={open}>
          {vehicle.plate}
        </a>
        {vehicle.demo && <span class="tag">{t('demo')}</span>}
      </th>
      <td class="c-terminal quiet">{vehicle.terminal?.id ?? t('noTerminal')}</td>
      {COLUMNS.map((column) => (
        <Value key={column.id} vehicle={vehicle} id={column.id} room={column.room} />
      ))}
      <LastReceived vehicle={vehicle} />
    </tr>
  );
}
