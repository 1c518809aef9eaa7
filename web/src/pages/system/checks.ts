import type { Ready, ReadyCheck } from '../../data/ready.ts';
import { t } from '../../i18n/words/shell.ts';
import { w } from '../../i18n/words/system.ts';
import { dayTime, formatCount, formatSpan, formatValue, THIN } from '../../model/format.ts';

/** One check in words: its name, whether it passes, what it found, and what to do when it fails. */
export interface CheckWords {
  id: string;
  name: string;
  ok: boolean;
  what: string;
}

/** Bytes as GB. */
function gigabytes(value: unknown, digits = 1): string {
  return typeof value === 'number' ? `${formatValue(value / 1e9, digits)}${THIN}GB` : '—';
}

function number(value: unknown): string {
  return typeof value === 'number' ? formatCount(value) : '—';
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '—';
}

type Facts = NonNullable<ReadyCheck['facts']>;

/** What waits for its verdict, since when, and how long that takes at the pace so far. */
function evaluation(f: Facts): string {
  if (f.standby === true) return w('evaluatorStandby');
  if (typeof f.waitingDays !== 'number') return w('evaluatorBad');
  const parts = [w('evaluatorWhat', { n: number(f.waitingDays) })];
  if (f.waitingDays > 0 && typeof f.oldestDay === 'string') parts.push(w('evaluatorOldest', { date: f.oldestDay.slice(5) }));
  if (f.waitingDays > 0 && typeof f.secondsPerDay === 'number')
    parts.push(w('evaluatorLasts', { span: formatSpan(Math.max(1, f.waitingDays * f.secondsPerDay)) }));
  if (typeof f.failedDays === 'number' && f.failedDays > 0) parts.push(w('evaluatorFailed', { n: number(f.failedDays) }));
  return parts.join(' · ');
}

/** What is free, and for how long that lasts. */
function disk(f: Facts, ok: boolean): string {
  const sizes = { free: gigabytes(f.freeBytes), total: gigabytes(f.totalBytes) };
  if (!ok) return w('diskBad', sizes);
  if (f.ownDisk === false) return w('diskServer', sizes);
  const perDay = f.lastingBytesPerDay ?? f.bytesPerDay;
  const lasts =
    typeof f.daysLeft === 'number' ? w('diskLasts', { day: gigabytes(perDay, 2), left: number(f.daysLeft) }) : w('diskSoon');
  return [...(f.low === true ? [w('diskLow')] : []), w('diskWhat', sizes), lasts].join(' · ');
}

type Say = (facts: Facts, ok: boolean, nowMs: number) => string;

/** How each check is told from its figures; the service's own sentence stands for what is not here. */
const SAY: Readonly<Record<string, Say>> = {
  database: (f, ok) =>
    ok ? w('databaseWhat', { version: text(f.version), ms: formatValue(Number(f.latencyMs), 1) }) : w('databaseBad'),
  edition: (f) => w(f.edition === 'community' ? 'editionCommunity' : 'editionApache'),
  broker: (f, ok) =>
    ok ? w('brokerWhat', { mqtt: text(f.mqttPort), tcp: text(f.tcpPort), n: number(f.connections) }) : w('brokerBad'),
  ingest: (f, ok, nowMs) =>
    ok
      ? w('ingestWhat', { n: number(f.waitingMessages) })
      : w('ingestBad', { time: typeof f.awaySinceMs === 'number' ? dayTime(f.awaySinceMs, nowMs) : t('none') }),
  maintenance: (f, ok) => (ok ? w('maintenanceWhat', { n: number(f.compressedChunks) }) : w('maintenanceBad')),
  evaluator: (f) => evaluation(f),
  notices: (f, ok) => (ok ? w('noticesWhat', { n: number(f.waiting), sent: number(f.sent) }) : w('noticesBad')),
  disk: (f, ok) => disk(f, ok),
};

/** All checks in words of the language now shown, the failing ones first. */
export function checksInWords(ready: Ready, nowMs: number): CheckWords[] {
  const told = Object.entries(ready.checks).map(([id, check]) => ({
    id,
    name: w.has(id) ? w(id) : id,
    ok: check.ok,
    what: check.facts && SAY[id] ? SAY[id](check.facts, check.ok, nowMs) : check.detail,
  }));
  return [...told.filter((each) => !each.ok), ...told.filter((each) => each.ok)];
}
