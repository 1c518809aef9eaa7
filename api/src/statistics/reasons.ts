import type { StatisticsReason } from './table.ts';
import { type Text, text } from './text.ts';

/** Why there is no figure, in words. */
export const STATISTICS_REASONS: Readonly<Record<StatisticsReason, Text>> = {
  zeroDistance: text('有效时段内里程为零', 'no distance while NOx was valid'),
  zeroWork: text('有效时段内功为零', 'no work while NOx was valid'),
  zeroFuel: text('有效时段内燃料为零', 'no fuel while NOx was valid'),
  zeroTime: text('没有有效时间', 'no valid time'),
  zeroEmission: text('排放为零', 'no emission'),
  noSamples: text('没有可用数据', 'no data'),
  notSent: text('终端不上传所需信号', 'a signal it needs is not sent'),
  tooFew: text('数据太少', 'too little data'),
  outsideRange: text('超出可表示范围', 'outside what can be shown'),
  noParameter: text('缺少车辆参数', 'a fact of the truck is missing'),
  notKept: text('此分组不保留该指标', 'not kept with this grouping'),
  notEvaluated: text('数据不足，未判定', 'too little data: not evaluated'),
};
