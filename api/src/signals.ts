import { SIGNALS, type Signal, type SignalId, toPhysical } from '@plume/ingest/protocol';
import { invalid } from './problem.ts';

const BY_ID = new Map<string, Signal>(SIGNALS.map((signal) => [signal.id, signal]));

/** The catalogue entry of an id; undefined when there is none. */
export function signalById(id: string): Signal | undefined {
  return BY_ID.get(id);
}

/** Signals named in a comma-separated query field: known, not repeated, at most `max`; their order is kept. */
export function requireSignals(field: string, text: string, max: number): Signal[] {
  const ids = text.split(',').filter((id) => id !== '');
  if (ids.length === 0) throw invalid(field, 'name at least one signal, for example noxDownPpm');
  if (ids.length > max) throw invalid(field, `names ${ids.length} signals; at most ${max} at a time`);
  if (new Set(ids).size !== ids.length) throw invalid(field, 'names a signal twice');
  return ids.map((id) => {
    const signal = signalById(id);
    if (!signal) throw invalid(field, `unknown signal ${JSON.stringify(id.slice(0, 40))}; /api/v1/signals lists them`);
    return signal;
  });
}

/** Raw integers in catalogue order as values in units by id; with `only`, just those. */
export function physicalRow(raw: readonly (number | null)[], only?: ReadonlySet<SignalId>): Record<string, number | null> {
  const row: Record<string, number | null> = {};
  SIGNALS.forEach((signal, index) => {
    if (only && !only.has(signal.id)) return;
    const value = raw[index];
    row[signal.id] = value === null || value === undefined ? null : toPhysical(index, value);
  });
  return row;
}
