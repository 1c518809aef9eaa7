import { STATISTICS_REASONS } from '../statistics/reasons.ts';
import type { StatisticsFigure } from '../statistics/table.ts';
import { type Text, text } from '../statistics/text.ts';
import type { Cell } from './content.ts';

/** Digits that are kept of a figure: sums of the same rows in another order differ behind them. */
const KEPT_DIGITS = 12;

/** Words that are the same in both languages. */
export const same = (value: string): Text => text(value, value);

/** Nothing is to stand there. */
export const BLANK: Cell = same('');

/** There is no figure, and why. */
export const none = (zh: string, en: string): Cell => ({ none: text(zh, en) });
const NO_DATA = none('没有可用数据', 'no data');

/** A figure; null: there is none. */
export function number(value: number | null | undefined, without: Cell = NO_DATA): Cell {
  return value === null || value === undefined ? without : Number(value.toPrecision(KEPT_DIGITS));
}

/** A share as a percentage. */
export function percent(part: number | null | undefined, whole: number | null | undefined, without: Cell = NO_DATA): Cell {
  return part === null || part === undefined || !whole ? without : number((100 * part) / whole);
}

/** A figure of the statistics. */
export function figure({ value, reason }: Pick<StatisticsFigure, 'value' | 'reason'>): Cell {
  return value === null ? { none: STATISTICS_REASONS[reason ?? 'noSamples'] } : number(value);
}

/** A word from the registry. */
export function word(value: string | null): Text {
  return value === null ? text('未登记', 'not registered') : same(value);
}

/** From this many times the earlier figure on, a change is told as that: per cent of next to nothing say nothing. */
const MOST_TIMES = 10;
const MANIFOLD = text(`> ${MOST_TIMES} 倍`, `> ${MOST_TIMES} times`);

/** How far a figure is from an earlier one [%]; nothing where there is none, or nothing above zero. */
export function change(now: Cell, before: Cell): Cell {
  if (typeof now !== 'number' || typeof before !== 'number' || before <= 0) return BLANK;
  return now > MOST_TIMES * before ? MANIFOLD : number((now / before - 1) * 100);
}

/** Whether two cells say the same, figures to nine digits. */
export function sameCell(a: Cell | null, b: Cell | null): boolean {
  if (typeof a === 'number' && typeof b === 'number') return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
  return JSON.stringify(a) === JSON.stringify(b);
}
