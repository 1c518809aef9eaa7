import type { Level, RuleId } from '../finding.ts';
import type { Reason } from './reasons.ts';
import { FUEL_EVENTS, only, text, UREA_EVENTS, verdicts } from './rule-parts.ts';
import type { RuleRow } from './rule-row.ts';

const TANK_REASONS: readonly Reason[] = ['noData', 'notSent', 'noReadings', 'frozen', 'notSettled', 'notAvailable'];

const tankRow = (
  id: RuleId,
  level: Level,
  row: Pick<RuleRow, 'name' | 'says' | 'cause' | 'leadFrom'> & { readonly urea: boolean; readonly days: number },
): RuleRow => ({
  id,
  name: row.name,
  says: row.says,
  cause: row.cause,
  levels: only(level),
  leadFrom: row.leadFrom,
  officerList: false,
  parameters: row.urea ? UREA_EVENTS : FUEL_EVENTS,
  restsOn: [],
  needs: text('液位稳定；终端上传液位', 'a settled level'),
  reasons: row.urea ? [...TANK_REASONS, 'noScr'] : TANK_REASONS,
  caveats: ['tankSizeUnknown'],
  basis: 'eng',
  source: 'emissions §5.5, E19',
  mark: 'eng',
  speaksWithinDays: row.days,
});

/** Rules on the tanks (emissions §5.5). */
export const TANK_RULES: readonly RuleRow[] = [
  tankRow('R-FUEL-REFILL', 'event', {
    name: text('加油', 'fuel filled in'),
    says: text('油箱液位在停车或断数期间上升', 'the fuel level rose while the truck stood, or across a gap'),
    cause: 'fuelTank',
    leadFrom: null,
    urea: false,
    days: 3,
  }),
  tankRow('R-FUEL-THEFT', 'attention', {
    name: text('疑似偷油', 'fuel theft'),
    says: text('停车时油位下降超过消耗，或行驶中下降远超燃油积分', 'the fuel level fell by more than was burnt'),
    cause: 'fuelTank',
    leadFrom: 'attention',
    urea: false,
    days: 3,
  }),
  tankRow('R-UREA-REFILL', 'event', {
    name: text('加尿素', 'urea filled in'),
    says: text('尿素液位在停车或断数期间上升', 'the urea level rose while the truck stood, or across a gap'),
    cause: 'urea',
    leadFrom: null,
    urea: true,
    days: 5,
  }),
  tankRow('R-UREA-DRAIN', 'attention', {
    name: text('尿素流失', 'urea drained'),
    says: text('尿素液位下降超过消耗', 'the urea level fell by more than the engine used'),
    cause: 'urea',
    leadFrom: 'attention',
    urea: true,
    days: 3,
  }),
  {
    id: 'R-UREA-LOW',
    name: text('尿素不足', 'urea low'),
    says: text(
      '日末尿素液位 ≤ 10 %（关注）或已空（故障）',
      'the urea level at the end of the day is at most 10 % (attention), or the tank empty (fault)',
    ),
    cause: 'urea',
    levels: ['attention', 'fault'],
    leadFrom: 'fault',
    officerList: true,
    parameters: verdicts('ureaLowPct', 'ureaEmptyPct'),
    restsOn: [],
    needs: text('液位稳定', 'a settled level'),
    reasons: [...TANK_REASONS, 'noScr'],
    caveats: [],
    basis: 'eng',
    source: 'emissions §1.5 (empty tank: torque limiter)',
    mark: 'eng',
    speaksWithinDays: 3,
  },
];
