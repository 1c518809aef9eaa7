import type { Text } from '../catalogue/reasons.ts';
import { daysLeft } from './days-wanted.ts';
import type { RoadCheckInput, RoadCheckResult, RoadReason, RoadVerdict } from './road-check-types.ts';

export const ROAD_VERDICT_WORDS: Readonly<Record<RoadVerdict, Text>> = {
  repaired: { zh: '已修复', en: 'repaired' },
  notRepaired: { zh: '未修复', en: 'not repaired' },
  notYetDecidable: { zh: '尚不能判定', en: 'not yet decidable' },
};

/** A figure with three significant digits. */
function three(value: number): string {
  const size = Math.abs(value);
  return size === 0 ? '0' : value.toFixed(Math.max(0, Math.min(4, 2 - Math.floor(Math.log10(size)))));
}

/** ln(after ÷ before) as a change in per cent, with its sign. */
function percent(log: number): string {
  const change = 100 * (Math.exp(log) - 1);
  const text = Math.abs(change).toFixed(Math.abs(change) < 10 ? 1 : 0);
  return `${Number(text) === 0 ? '' : change < 0 ? '−' : '+'}${text} %`;
}

function probability(p: number): string {
  return p < 0.0001 ? 'p < 0.0001' : `p = ${p.toPrecision(2)}`;
}

/** What follows: what decided, or what is missing. */
function conclusion(input: RoadCheckInput, result: RoadCheckResult): Text {
  const { parameters: p, limit, guard } = input;
  const { reason, daysMissing } = result;
  const guarded = limit === null ? '' : three(limit.value * guard);
  const share = Math.round(100 * p.leastReduction);
  const overlap = Math.floor(100 * result.comparison.match.overlap);
  const least = Math.round(100 * p.leastOverlap);
  const half = Math.round(100 * p.dayShare);
  const { before: first, after: last } = input.span;
  const left = daysLeft(input);
  const full = left === 0;
  const other = [...input.before, ...input.after].filter(({ formula }) => formula !== input.formula).map(({ day }) => day);
  const words: Readonly<Record<RoadReason, Text>> = {
    underLimit: {
      zh: `区间上限低于限值，且降幅大于 ${share} % 成立`,
      en: `the upper end lies under the limit, and a reduction of more than ${share} % is shown`,
    },
    overGuardedLimit: {
      zh: `区间下限高于限值 × 不确定度系数 ${guarded} g/kWh`,
      en: `the lower end lies over limit × uncertainty factor ${guarded} g/kWh`,
    },
    noReduction: {
      zh: `区间下限高于限值，且已排除 ${share} % 以上的降幅`,
      en: `the lower end lies over the limit, and a reduction of more than ${share} % is ruled out`,
    },
    daysOver: {
      zh: `超标日占比的下限高于 ${half} %（窗口值已除以不确定度系数）`,
      en: `the lower bound of the share of days over the limit is above ${half} % (windows divided by the uncertainty factor)`,
    },
    noLimit: { zh: '该车没有适用的在用限值，由执法人员决定', en: 'no in-use limit applies to the truck; the officer decides' },
    tooFewDaysBefore: {
      zh: `维修前（${first.from} 至 ${first.to}）不足 ${p.days} 个有效日，无法比较，由执法人员决定`,
      en: `fewer than ${p.days} valid days before the repair (${first.from} to ${first.to}): there is nothing to compare with; the officer decides`,
    },
    otherArithmetic: {
      zh: `${other.join('、')} 由另一版本的算法计算，重新判定后才能比较`,
      en: `${other.join(', ')} were computed by another version of the arithmetic and must be evaluated anew before they can be compared`,
    },
    anotherRepair: {
      zh: `该车此后再次维修，只计至 ${last.to}，不会再有新的有效日，由执法人员决定`,
      en: `the truck was repaired again: days count up to ${last.to} only, and no more will come; the officer decides`,
    },
    tooFewDaysAfter: {
      zh: `还需 ${daysMissing} 个有效日（至少 ${p.days} 个）`,
      en: `${daysMissing} more valid days (${p.days} at least)`,
    },
    operationDiffers: {
      zh: `维修前后工况只有 ${overlap} % 相同（至少 ${least} %），${full ? `维修后只看前 ${p.mostDaysAfter} 个有效日，由执法人员决定` : '等待与维修前相似的行驶'}`,
      en: `only ${overlap} % of the operation is alike before and after (${least} % at least): ${full ? `only the first ${p.mostDaysAfter} valid days after are looked at; the officer decides` : 'driving like that before is waited for'}`,
    },
    tooWide: {
      zh: `约还需 ${daysMissing} 个有效日（按今后各日与至今相似推算，区间宽度按 1/√n 缩小）`,
      en: `about ${daysMissing} more valid days (if the days to come are like those so far: intervals narrow with 1/√n)`,
    },
    undecidable: {
      zh: full
        ? `维修后只看前 ${p.mostDaysAfter} 个有效日，已全部计入，仍难以判定，由执法人员决定`
        : `再等 ${left} 个同样的有效日也难以判定，由执法人员决定`,
      en: full
        ? `only the first ${p.mostDaysAfter} valid days after are looked at, and they do not decide it; the officer decides`
        : `${left} more valid days of the same kind would not decide it; the officer decides`,
    },
  };
  return words[reason];
}

/** The road check in one sentence, every figure with its unit, number of days and interval. */
export function roadSentence(input: RoadCheckInput, result: RoadCheckResult): Text {
  const { parameters: p, limit } = input;
  const { comparison: found, verdict } = result;
  const end = conclusion(input, result);
  const said = ROAD_VERDICT_WORDS[verdict];
  const [nBefore, nAfter] = [input.before.length, input.after.length];
  const level = Math.round(100 * p.confidence);
  if (found.before === null || found.after === null || found.logRatio === null)
    return {
      zh: `维修前 ${nBefore}、维修后 ${nAfter} 个有效日：${said.zh}。${end.zh}。`,
      en: `${nBefore} valid days before the repair, ${nAfter} after: ${said.en}. ${sentence(end.en)}.`,
    };
  const unverified = limit !== null && limit.mark !== 'C';
  const limitZh = limit === null ? '' : `，在用限值 ${three(limit.value)} g/kWh${unverified ? '（未核实）' : ''}`;
  const limitEn = limit === null ? '' : `, in-use limit ${three(limit.value)} g/kWh${unverified ? ' (unverified)' : ''}`;
  const ratio = found.logRatio;
  const change = `${percent(ratio.value)} [${percent(ratio.low)}, ${percent(ratio.high)}]`;
  const controlsZh = found.controlLogRatio === null ? '（无足够对照车，未扣除）' : `（已扣除 ${found.controls} 辆未维修对照车）`;
  const controlsEn =
    found.controlLogRatio === null ? ' (too few controls, none taken off)' : ` (${found.controls} untreated trucks taken off)`;
  const { test } = found;
  const rank = test === null ? '' : `W+ = ${test.wPlus}, n = ${test.n}, ${probability(test.p)}`;
  return {
    zh: `可比工况下 NOx 由维修前 ${nBefore} 个有效日的 ${three(found.before.value)} g/kWh 变为维修后 ${nAfter} 个有效日的 ${three(found.after.value)} g/kWh（${level} % 区间 ${three(found.after.low)}–${three(found.after.high)}${limitZh}）；变化 ${change}${controlsZh}${rank === '' ? '' : `；符号秩检验 ${rank}`}：${said.zh}。${end.zh}。`,
    en: `On comparable operation NOx went from ${three(found.before.value)} g/kWh over ${nBefore} valid days before the repair to ${three(found.after.value)} g/kWh over ${nAfter} after (${level} % interval ${three(found.after.low)}–${three(found.after.high)}${limitEn}); change ${change}${controlsEn}${rank === '' ? '' : `; signed-rank test ${rank}`}: ${said.en}. ${sentence(end.en)}.`,
  };
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
