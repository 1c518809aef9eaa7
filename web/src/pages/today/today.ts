import type { InferResponseType } from 'hono/client';
import { api, take } from '../../data/client.ts';
import { language } from '../../i18n/index.ts';
import { flag } from '../../model/view-fields.ts';
import { hearServerTime } from '../../state/clock.ts';
import { pageView } from '../../state/place.ts';

export type Overview = InferResponseType<typeof api.today.$get, 200>;
export type TruckPage = InferResponseType<typeof api.today.trucks.$get, 200>;
export type TodayTruck = TruckPage['trucks'][number];

/** What the page shows, kept in the address: the way to the first real terminal instead of the day; everything that changed. */
export const view = pageView({ first: flag(false), all: flag(false) });

/** The state of the day. */
export async function fetchOverview(signal: AbortSignal): Promise<Overview> {
  const today = await take(api.today.$get({ query: { lang: language.value } }, { init: { signal } }));
  hearServerTime(today.serverTime);
  return today;
}

/** One page of the trucks with their last 24 hours. */
export async function fetchTrucks(cursor: string | null, signal: AbortSignal): Promise<TruckPage> {
  const query = cursor === null ? {} : { cursor };
  return await take(api.today.trucks.$get({ query }, { init: { signal } }));
}
