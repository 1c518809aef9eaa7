import { type Text, text } from '../statistics/text.ts';
import type { PeriodCounts } from './gather.ts';

/** An earlier period with less than this share of the truck-days with data of the present one is no measure for it. */
const ENOUGH_SHARE = 0.5;

type Days = Pick<PeriodCounts, 'gone'> & { readonly quality: Pick<NonNullable<PeriodCounts['quality']>, 'data_days'> | null };

/** Says of an earlier period that far fewer truck-days with data are known of it, so that changes against it say little. */
export function thinBefore({
  now,
  previous,
  year,
}: {
  readonly now: Days;
  readonly previous: Days;
  readonly year: Days;
}): Text[] {
  const n = now.quality?.data_days ?? 0;
  const isThin = ({ quality, gone }: Days) =>
    !gone.days && quality !== null && quality.data_days > 0 && quality.data_days < ENOUGH_SHARE * n;
  const of = ({ quality }: Days) => quality?.data_days ?? 0;
  return [
    ...(isThin(previous)
      ? [
          text(
            `上期只有 ${of(previous)} 个车日有数据（本期 ${n} 个），环比只供参考`,
            `Only ${of(previous)} truck-days of the period before have data (${n} of this one): changes against it say little`,
          ),
        ]
      : []),
    ...(isThin(year)
      ? [
          text(
            `去年同期只有 ${of(year)} 个车日有数据（本期 ${n} 个），同比只供参考`,
            `Only ${of(year)} truck-days of the year before have data (${n} of this period): changes against it say little`,
          ),
        ]
      : []),
  ];
}
