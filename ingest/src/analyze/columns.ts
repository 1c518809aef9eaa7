import { CAMPAIGN_CHANNELS, type Channel } from '@plume/ingest/emissions';
import { SIGNALS } from '@plume/ingest/protocol';
import { bad, good, type Outcome } from './outcome.ts';

/** Every channel a file may give, with its unit. */
export const CHANNEL_UNITS: ReadonlyMap<Channel, string> = new Map<Channel, string>([
  ...SIGNALS.map(({ id, unit }) => [id, unit] as const),
  ...(Object.entries(CAMPAIGN_CHANNELS) as [Channel, string][]),
]);

const channelByName: ReadonlyMap<string, Channel> = new Map([...CHANNEL_UNITS.keys()].map((id) => [id.toLowerCase(), id]));

/** Names under which a time column is known without being mapped. */
const TIME_NAMES = new Set(['time', 't', 'timestamp', 'datetime', 'time_s', 'sampletime', '时间', '采集时间']);

/** Which column of a file holds what. */
export interface ColumnPlan {
  /** Column of the time, from 0. */
  readonly time: number;
  readonly channels: readonly { readonly channel: Channel; readonly column: number }[];
  /** Names of columns that are not used. */
  readonly unused: readonly string[];
}

/** Reads `--map time=Timestamp,noxDownPpm=NOx_ppm`: names as in the file, or column numbers from 1. */
export function parseMap(text: string): Outcome<ReadonlyMap<string, string>> {
  const map = new Map<string, string>();
  for (const part of text.split(',').filter((each) => each.trim() !== '')) {
    const at = part.indexOf('=');
    const key = part.slice(0, at).trim();
    const name = part.slice(at + 1).trim();
    if (at < 1 || name === '') return bad(`--map: "${part.trim()}" is not of the form signal=column.`);
    const known = key.toLowerCase() === 'time' ? 'time' : channelByName.get(key.toLowerCase());
    if (known === undefined)
      return bad(`--map: there is no signal "${key}". Known: time, ${[...CHANNEL_UNITS.keys()].join(', ')}.`);
    if (map.has(known)) return bad(`--map: ${known} is given twice.`);
    map.set(known, name);
  }
  return good(map);
}

/** Name of a column without the unit in brackets that loggers put behind it. */
export function bareName(header: string): string {
  return header.replace(/\s*[[(（].*[\])）]\s*$/, '').trim();
}

/** What stands in brackets behind the name of a column; empty without. */
export function bracketOf(header: string): string {
  return /[[(（](.*)[\])）]\s*$/.exec(header)?.[1]?.trim() ?? '';
}

/** Finds the columns: those mapped by name or number, and those whose names are signal ids (upper or lower case, unit in brackets allowed). */
export function planColumns(headers: readonly string[], map: ReadonlyMap<string, string>): Outcome<ColumnPlan> {
  const taken = new Map<string, number>();
  for (const [key, name] of map) {
    const column = columnOf(headers, name);
    if (column === null)
      return bad(
        `there is no column "${name}" for ${key}. Columns of the file: ${headers.map((each) => each || '(no name)').join(', ')}.`,
      );
    taken.set(key, column);
  }
  for (const [column, header] of headers.entries()) {
    const name = bareName(header).toLowerCase();
    const key = TIME_NAMES.has(name) ? 'time' : channelByName.get(name);
    if (key === undefined || map.has(key)) continue;
    if (taken.has(key))
      return bad(`columns ${(taken.get(key) ?? 0) + 1} and ${column + 1} are both ${key}. Choose one with --map ${key}=…`);
    taken.set(key, column);
  }
  const time = taken.get('time');
  if (time === undefined)
    return bad(`which column is the time? Say --map time=<column>. Columns of the file: ${headers.join(', ')}.`);
  taken.delete('time');
  const channels = [...taken].map(([channel, column]) => ({ channel: channel as Channel, column }));
  if (channels.length === 0)
    return bad(
      `no column is named like a signal. Say which is which: --map noxDownPpm=<column>,fuelRateLph=<column>,… Columns of the file: ${headers.join(', ')}.`,
    );
  const used = new Set([time, ...channels.map(({ column }) => column)]);
  return good({ time, channels, unused: headers.filter((_, column) => !used.has(column)) });
}

function columnOf(headers: readonly string[], name: string): number | null {
  const exact = headers.indexOf(name);
  if (exact >= 0) return exact;
  const bare = headers.findIndex((header) => bareName(header).toLowerCase() === name.toLowerCase());
  if (bare >= 0) return bare;
  const number = Number(name);
  return Number.isInteger(number) && number >= 1 && number <= headers.length ? number - 1 : null;
}
