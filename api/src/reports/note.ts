import { type Text, text } from '../statistics/text.ts';
import type { Basis } from './basis.ts';
import { sameCell } from './cells.ts';
import type { Cell, ReportContent, ReportTable, RevisionNote } from './content.ts';
import { DAYS_GONE } from './kept.ts';

/** Changes that a note lists; of more it says how many there are. */
const MOST_CHANGES = 400;
/** Trucks and days that a cause names. */
const MOST_NAMED = 12;

type Change = RevisionNote['changes'][number];
type Cause = RevisionNote['causes'][number];

/** Columns of the main figures that are of the periods compared with. */
const COMPARED = ['previous', 'year'];
/** Columns that follow from others, each of which is told by itself. */
const FOLLOWING = ['previousChange', 'yearChange', 'valid', 'basis'];

function rowsOf(table: ReportTable | undefined): Map<string, ReportTable['rows'][number]> {
  return new Map(table?.rows.map((row) => [row.key, row]));
}

/** Every figure that differs between two revisions, from what to what; a row that only one of them has counts cell by cell. */
export function changesOf(before: ReportContent, after: ReportContent): (Change & { readonly columnId: string })[] {
  const changes: (Change & { readonly columnId: string })[] = [];
  const ids = [...new Set([...after.tables, ...before.tables].map(({ id }) => id))];
  for (const id of ids) {
    const [old, now] = [before, after].map(({ tables }) => tables.find((table) => table.id === id));
    const [oldRows, nowRows] = [rowsOf(old), rowsOf(now)];
    const title = (now ?? old)?.title ?? text(id, id);
    const columns = [
      ...new Map([...(old?.columns ?? []), ...(now?.columns ?? [])].map((column) => [column.id, column])).values(),
    ];
    for (const key of new Set([...nowRows.keys(), ...oldRows.keys()])) {
      const row = nowRows.get(key) ?? oldRows.get(key);
      if (!row) continue;
      for (const column of columns) {
        if (FOLLOWING.includes(column.id)) continue;
        const cell = (table: ReportTable | undefined, rows: typeof nowRows): Cell | null =>
          rows.get(key)?.cells[table?.columns.findIndex((each) => each.id === column.id) ?? -1] ?? null;
        const [from, to] = [cell(old, oldRows), cell(now, nowRows)];
        if (sameCell(from, to)) continue;
        const own = column.id === 'value' || column.id === 'previous' || column.id === 'year' ? row.unit : undefined;
        changes.push({
          table: title,
          row: row.label,
          column: column.name,
          unit: own ?? column.unit,
          from,
          to,
          columnId: column.id,
        });
      }
    }
  }
  return changes;
}

/** Why the figures of two bases differ, as far as it can be told. */
export function causesOf(before: Basis, after: Basis): Cause[] {
  const plates = new Map([...before.trucks, ...after.trucks].map(([id, plate]) => [id, plate]));
  const old = new Map(before.days.map((row) => [`${row[0]} ${row[1]}`, row]));
  const now = new Map(after.days.map((row) => [`${row[0]} ${row[1]}`, row]));
  const late: Named[] = [];
  const lost: Named[] = [];
  const anew = new Map<string, Named[]>();
  const corrected: Named[] = [];
  for (const [key, [vehicle, step, samples, versions, digest]] of now) {
    const was = old.get(key);
    const named: Named = { plate: plates.get(vehicle) ?? String(vehicle), step, samples: samples - (was?.[2] ?? 0) };
    if (samples > (was?.[2] ?? 0)) late.push(named);
    else if (was === undefined) corrected.push(named);
    else if (samples < was[2]) lost.push(named);
    else if (versions !== was[3]) add(anew, `${was[3]} → ${versions}`, named);
    else if (digest !== was[4]) corrected.push(named);
  }
  for (const [key, [vehicle, step, samples]] of old)
    if (!now.has(key)) lost.push({ plate: plates.get(vehicle) ?? String(vehicle), step, samples: -samples });
  const causes: Cause[] = [];
  if (late.length > 0) {
    const n = late.reduce((sum, { samples }) => sum + samples, 0);
    causes.push(
      cause('lateData', `补传数据：${list(late, 'zh')}，共 ${n} 个样本`, `Late data: ${list(late, 'en')}, ${n} samples in all`),
    );
  }
  for (const [versions, named] of anew)
    causes.push(
      cause(
        'reevaluated',
        `按新版本重新计算（公式/规则 ${versions}）：${named.length} 个车${before.step === 'day' ? '日' : '月'}`,
        `Evaluated anew by another version (formula/rules ${versions}): ${named.length} truck-${before.step}s`,
      ),
    );
  if (corrected.length > 0)
    causes.push(
      cause(
        'recomputed',
        `样本未变、结果重新计算（车辆参数更正，或相邻日期的补传）：${list(corrected, 'zh')}`,
        `Computed anew from the same samples (facts of trucks corrected, or late data of days around): ${list(corrected, 'en')}`,
      ),
    );
  if (lost.length > 0) causes.push(cause('removed', `数据减少或移除：${list(lost, 'zh')}`, `Data removed: ${list(lost, 'en')}`));
  causes.push(...registryCauses(before, after));
  if (before.cases.join() !== after.cases.join()) {
    const n = after.cases[0] - before.cases[0];
    causes.push(
      cause(
        'cases',
        `补录或更正案件办理记录（${n >= 0 ? '+' : ''}${n} 条）`,
        `Steps of cases entered later (${n >= 0 ? '+' : ''}${n})`,
      ),
    );
  }
  if (JSON.stringify(before.outages) !== JSON.stringify(after.outages))
    causes.push(
      cause('outages', '终端失联的起止有变化（恢复上线，或判定改变）', 'Outages of terminals ended, or are others now'),
    );
  if (before.compared.previous !== after.compared.previous || before.compared.year !== after.compared.year)
    causes.push(cause('compared', '对比期（上期或去年同期）的数据有变化', 'Data of a period compared with have changed'));
  return causes;
}

/** A truck and a day or month, and how many samples it has more. */
interface Named {
  readonly plate: string;
  readonly step: string;
  readonly samples: number;
}

function add(map: Map<string, Named[]>, key: string, named: Named): void {
  map.set(key, [...(map.get(key) ?? []), named]);
}

function cause(kind: string, zh: string, en: string): Cause {
  return { kind, text: text(zh, en) };
}

/** Trucks, each with its first and last step: 新B·1（2026-10-05…2026-10-11，7）. */
function list(named: readonly Named[], lang: 'zh' | 'en'): string {
  const by = new Map<string, string[]>();
  for (const { plate, step } of named) by.set(plate, [...(by.get(plate) ?? []), step]);
  const said = [...by].slice(0, MOST_NAMED).map(([plate, steps]) => {
    const sorted = [...steps].sort();
    const span = sorted.length === 1 ? sorted[0] : `${sorted[0]}…${sorted.at(-1)}`;
    return lang === 'zh' ? `${plate}（${span}，${steps.length} 个）` : `${plate} (${span}, ${steps.length})`;
  });
  const more = by.size - said.length;
  const rest = more > 0 ? [lang === 'zh' ? `另 ${more} 车` : `${more} more trucks`] : [];
  return [...said, ...rest].join(lang === 'zh' ? '、' : ', ');
}

const FACTS: readonly Text[] = [
  text('车牌', 'plate'),
  text('区县', 'district'),
  text('企业', 'enterprise'),
  text('用途', 'use'),
  text('排放阶段', 'stage'),
  text('型号', 'model'),
];

function registryCauses(before: Basis, after: Basis): Cause[] {
  const old = new Map(before.trucks.map((truck) => [truck[0], truck]));
  const now = new Set(after.trucks.map(([id]) => id));
  const found: Text[] = [];
  for (const truck of after.trucks) {
    const was = old.get(truck[0]);
    if (!was) found.push(text(`${truck[1]} 纳入`, `${truck[1]} came in`));
    for (const [i, fact] of FACTS.entries()) {
      const [a, b] = [was?.[i + 1], truck[i + 1]];
      if (was && a !== b)
        found.push(text(`${truck[1]} ${fact.zh} ${a ?? '—'} → ${b ?? '—'}`, `${truck[1]} ${fact.en} ${a ?? '—'} → ${b ?? '—'}`));
    }
  }
  for (const [id, plate] of before.trucks) if (!now.has(id)) found.push(text(`${plate} 移出`, `${plate} left`));
  if (found.length === 0) return [];
  const named = found.slice(0, MOST_NAMED);
  const more = found.length - named.length;
  return [
    cause(
      'registry',
      `登记信息更正：${named.map(({ zh }) => zh).join('、')}${more > 0 ? `，另 ${more} 项` : ''}`,
      `Registry corrected: ${named.map(({ en }) => en).join(', ')}${more > 0 ? `, ${more} more` : ''}`,
    ),
  ];
}

/** The note of a revision; null: not one figure differs, so that there is none to make. */
export function noteOf(
  after: number,
  before: { readonly content: ReportContent; readonly basis: Basis },
  now: { readonly content: ReportContent; readonly basis: Basis },
): RevisionNote | null {
  const changes = changesOf(before.content, now.content);
  const dropped = changes.filter(({ to }) => sameCell(to, DAYS_GONE));
  // What retention took of a period compared with is no reason to revise.
  if (changes.length === dropped.length) return null;
  const causes = causesOf(before.basis, now.basis);
  if (dropped.length > 0)
    causes.push(cause('notKept', '对比期的车日数据已过保留期', 'Truck-days of a period compared with are past their retention'));
  if (causes.length === 0 && changes.every(({ columnId }) => COMPARED.includes(columnId)))
    causes.push(cause('compared', '对比期（上期或去年同期）的数据有变化', 'Data of a period compared with have changed'));
  if (before.content.data.plume !== now.content.data.plume)
    causes.push(
      cause(
        'version',
        `Plume ${before.content.data.plume} → ${now.content.data.plume}`,
        `Plume ${before.content.data.plume} → ${now.content.data.plume}`,
      ),
    );
  if (causes.length === 0) causes.push(cause('other', '原因未能识别', 'The cause could not be told'));
  return {
    after,
    causes,
    changes: changes.slice(0, MOST_CHANGES).map(({ columnId: _id, ...change }) => change),
    changed: changes.length,
  };
}
