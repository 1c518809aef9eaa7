import type { Ready, ReadyCheck } from '../../data/ready.ts';
import { t } from '../../i18n/words/shell.ts';
import { w } from '../../i18n/words/system.ts';
import { dayTime, formatCount, formatValue, THIN } from '../../model/format.ts';

/** One check in words: its name, whether it passes, what it found, and what to do when it fails. */
export interface CheckWords {
  id: string;
  name: string;
  ok: boolean;
  what: string;
}

/** Bytes as GB. */
function gigabytes(value: unknown): string {
  return typeof value === 'number' ? `${formatValue(value / 1e9, 1)}${THIN}GB` : '—';
}

function number(value: unknown): string {
  return typeof value === 'number' ? formatCount(value) : '—';
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '—';
}

type Say = (facts: NonNullable<ReadyCheck['facts']>, ok: boolean, nowMs: number) => string;

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
  evaluator: (f, ok) => (ok ? w('evaluatorWhat', { n: number(f.waitingDays) }) : w('evaluatorBad')),
  notices: (f, ok) => (ok ? w('noticesWhat', { n: number(f.waiting), sent: number(f.sent) }) : w('noticesBad')),
  disk: (f, ok) => w(ok ? 'diskWhat' : 'diskBad', { free: gigabytes(f.freeBytes), total: gigabytes(f.totalBytes) }),
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
