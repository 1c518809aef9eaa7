import { isoBeijing } from '../model/format.ts';
import { api, attempt, type Catalogue, type Fleet, refusal, type Series, type VehicleDetail } from './client.ts';

/** Trades a one-time token for the session cookie. */
export async function signIn(token: string): Promise<void> {
  const response = await attempt(api.session.$post({ json: { token } }));
  if (!response.ok) throw await refusal(response);
}

/** Ends the session here and on the server. */
export async function signOut(): Promise<void> {
  const response = await attempt(api.session.$delete());
  if (!response.ok) throw await refusal(response);
}

/** The signal catalogue. */
export async function fetchCatalogue(): Promise<Catalogue> {
  const response = await attempt(api.signals.$get());
  if (!response.ok) throw await refusal(response);
  return await response.json();
}

/** One page of the fleet. */
export async function fetchFleet(
  q: {
    search: string;
    state: 'online' | 'late' | 'silent' | 'neverSeen' | null;
    sort: string;
    descending: boolean;
    signals: readonly string[];
    cursor: string | null;
    limit: number;
  },
  abort: AbortSignal,
): Promise<Fleet> {
  const query = {
    sort: q.sort,
    order: q.descending ? ('desc' as const) : ('asc' as const),
    signals: q.signals.join(','),
    limit: String(q.limit),
    ...(q.search === '' ? {} : { q: q.search }),
    ...(q.state === null ? {} : { state: q.state }),
    ...(q.cursor === null ? {} : { cursor: q.cursor }),
  };
  const response = await attempt(api.vehicles.$get({ query }, { init: { signal: abort } }));
  if (!response.ok) throw await refusal(response);
  return await response.json();
}

/** One truck. */
export async function fetchVehicle(id: number, abort: AbortSignal): Promise<VehicleDetail> {
  const response = await attempt(api.vehicles[':id'].$get({ param: { id: String(id) } }, { init: { signal: abort } }));
  if (!response.ok) throw await refusal(response);
  return await response.json();
}

/** Signals of a truck between two moments. */
export async function fetchSeries(
  q: { id: number; signals: readonly string[]; fromMs: number; toMs: number; points: number },
  abort: AbortSignal,
): Promise<Series> {
  const query = { signals: q.signals.join(','), from: isoBeijing(q.fromMs), to: isoBeijing(q.toMs), points: String(q.points) };
  const response = await attempt(
    api.vehicles[':id'].series.$get({ param: { id: String(q.id) }, query }, { init: { signal: abort } }),
  );
  if (!response.ok) throw await refusal(response);
  return await response.json();
}

/** Messages of a terminal that were not stored in the last seven days, the newest few. */
export async function fetchRejections(terminal: string, abort: AbortSignal) {
  const response = await attempt(
    api.ledger.$get({ query: { terminal, from: 'now-7d', limit: '3' } }, { init: { signal: abort } }),
  );
  if (!response.ok) throw await refusal(response);
  return (await response.json()).entries;
}

/** What a truck to enter needs. */
export interface NewTruck {
  plate: string;
  vin: string;
  stage: 'IV' | 'V' | 'VI';
  ratedPowerKw: number;
}

/** Enters a truck; returns its number. */
export async function addTruck(n: NewTruck): Promise<number> {
  const json = { vin: n.vin, plate: n.plate, parameters: { stage: n.stage, ratedPowerKw: n.ratedPowerKw } };
  const response = await attempt(api.vehicles.$post({ json }));
  if (!response.ok) throw await refusal(response);
  return (await response.json()).id;
}

/** Enters a terminal on a truck; returns its secret, which is told this once. */
export async function addTerminal(id: string, vehicleId: number): Promise<string> {
  const response = await attempt(api.terminals.$post({ json: { id, vehicleId } }));
  if (!response.ok) throw await refusal(response);
  return (await response.json()).secret;
}
