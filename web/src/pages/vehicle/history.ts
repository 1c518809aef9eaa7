import type { InferResponseType } from 'hono/client';
import { api, take } from '../../data/client.ts';
import { language } from '../../i18n/index.ts';
import { addDays, beijingDate } from '../../model/beijing-days.ts';
import { serverNow } from '../../state/clock.ts';
import { useQuery } from '../../state/query.ts';
import { view } from './truck.ts';

type VehicleApi = (typeof api.vehicles)[':id'];
export type TruckHistory = InferResponseType<VehicleApi['history']['$get'], 200>;
export type TruckDay = InferResponseType<VehicleApi['days']['$get'], 200>['days'][number];
export type TankHistory = TruckHistory['fuel'];

/** Days of one page of the calendar's question. */
const PAGE = 400;

/** Today's Beijing date. */
export function today(): string {
  return beijingDate(serverNow());
}

/** The days that the file's parts show: those up to `until` (absent: today), as many as chosen. */
export function shownDays(): { from: string; to: string } {
  const { until, back } = view.value;
  const to = until === '' ? today() : until;
  return { from: addDays(to, 1 - Number(back)), to };
}

/** Trips, tanks, quality and specific emissions of the days that are shown. */
export function useHistory(vehicleId: number) {
  const { from, to } = shownDays();
  return useQuery(
    `history ${vehicleId} ${from} ${to}`,
    (signal) =>
      take(api.vehicles[':id'].history.$get({ param: { id: String(vehicleId) }, query: { from, to } }, { init: { signal } })),
    { keep: true },
  );
}

/** The evaluated days of a year. */
export function useYear(vehicleId: number, year: string) {
  return useQuery(
    `year ${vehicleId} ${year}`,
    async (signal) => {
      const query = { from: `${year}-01-01`, to: `${year}-12-31`, limit: String(PAGE) };
      return (await take(api.vehicles[':id'].days.$get({ param: { id: String(vehicleId) }, query }, { init: { signal } }))).days;
    },
    { keep: true },
  );
}

/** What every rule says of a day. */
export function useDay(vehicleId: number, date: string) {
  return useQuery(date === '' ? null : `day ${vehicleId} ${date} ${language.value}`, (signal) =>
    take(
      api.vehicles[':id'].days[':date'].$get(
        { param: { id: String(vehicleId), date }, query: { lang: language.value } },
        { init: { signal } },
      ),
    ),
  );
}

/** Trouble codes and the lamp. */
export function useTroubleCodes(vehicleId: number) {
  return useQuery(`codes ${vehicleId}`, (signal) =>
    take(api.vehicles[':id']['trouble-codes'].$get({ param: { id: String(vehicleId) } }, { init: { signal } })),
  );
}

/** All leads of a truck, whatever became of them. */
export function useLeads(vehicleId: number) {
  return useQuery(`leads of ${vehicleId} ${language.value}`, async (signal) => {
    const query = {
      vehicle: String(vehicleId),
      state: 'open,closed,withdrawn',
      sort: 'day' as const,
      limit: '200',
      lang: language.value,
    };
    return (await take(api.leads.$get({ query }, { init: { signal } }))).leads;
  });
}
