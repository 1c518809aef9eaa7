import { api, CallError, take } from '../../data/client.ts';
import { language } from '../../i18n/index.ts';
import { w } from '../../i18n/words/exports.ts';
import { datesNow, type Order, view } from './view.ts';

const MOST_TRUCKS = 50;

/** Words separated by commas or spaces of either script. */
function words(text: string): string[] {
  return text
    .split(/[,;\uff0c\u3001\uff1b\s]+/)
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

/** Numbers of the trucks that a person names by plate or VIN; a CallError at the field when one is not known. */
async function truckIds(text: string, signal?: AbortSignal): Promise<number[]> {
  const named = words(text).slice(0, MOST_TRUCKS);
  const ids: number[] = [];
  for (const name of named) {
    const { vehicles } = await take(api.vehicles.$get({ query: { q: name, limit: '20' } }, signal ? { init: { signal } } : {}));
    const found = vehicles.filter(({ plate, vin }) => plate === name || vin === name.toUpperCase());
    const only = found[0] ?? (vehicles.length === 1 ? vehicles[0] : undefined);
    if (!only) {
      const reason = w('truckUnknown', { name });
      throw new CallError('refused', reason, 'NOT_FOUND', [{ field: 'trucks', reason }]);
    }
    ids.push(only.id);
  }
  return ids;
}

/** Enterprises, whose names may have spaces in them. */
function names(text: string): string[] {
  return text
    .split(/[,;\uff0c\u3001\uff1b\r\n]+/)
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

/** The order that the form stands for. */
export async function orderNow(signal?: AbortSignal): Promise<Order> {
  const { table, format, district, enterprise, trucks, signals, step } = view.value;
  const vehicleIds = await truckIds(trucks, signal);
  const enterprises = names(enterprise);
  return {
    table,
    format,
    language: language.value,
    ...datesNow(),
    ...(district === '' ? {} : { districts: [district] }),
    ...(enterprises.length === 0 ? {} : { enterprises }),
    ...(vehicleIds.length === 0 ? {} : { vehicleIds }),
    ...(table === 'samples' && signals.length > 0 ? { signals: [...signals] } : {}),
    ...(table === 'track' ? { stepS: Number(step) } : {}),
  };
}
