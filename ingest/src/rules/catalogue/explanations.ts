import type { Figures, RuleId } from '../finding.ts';
import type { Text } from './reasons.ts';

const t = (zh: string, en: string): Text => ({ zh, en });

const WINDOWS = t(
  '{windowKind}窗口中有效 {windows} 个，其中 {windowsOver} 个（{shareOver}）超过 {limit}，而至少 {keptShare} 须不超过；第 90 百分位 {p90}',
  '{windowsOver} of {windows} valid windows by {windowKind} ({shareOver}) exceed {limit}, where at least {keptShare} must keep it; 90th percentile {p90}',
);
const PPM = t(
  '合格工况 {qualifiedS} 中有 {overS}（{shareOver}）的 20 s 平均下游 NOx 超过 {limitPpm}',
  '20 s means of downstream NOx exceed {limitPpm} for {overS} of {qualifiedS} of qualified time ({shareOver})',
);
const UREA = t(
  '{distanceKm}、燃油 {fuelL} 共用尿素 {ureaL}，尿素/燃油 {ureaRatio}，应为 {expectedRatio}，即应有量的 {ureaShare}',
  '{ureaL} of urea for {fuelL} of fuel over {distanceKm}: {ureaRatio} by volume where {expectedRatio} is expected, {ureaShare} of it',
);
const TANK = t(
  '{events} 次，最大一次液位由 {beforePct} 变为 {afterPct}，共 {litres}',
  '{events} times, the largest from {beforePct} to {afterPct}; {litres} in all',
);

/** One or two sentences a rule, with its figures put in; a rule that can say different things has a function. */
export const EXPLANATIONS: Readonly<Record<RuleId, Text | ((figures: Figures) => Text)>> = {
  'R-A1': WINDOWS,
  'R-A2': WINDOWS,
  'R-A3': t(
    '{windowKind}窗口中有效 {windows} 个，其中 {windowsOver} 个（{shareOver}）超过 {guardedLimit}（限值 {limit} × 保护系数 {guard}）；最近 {daysOf} 个有效日中 {daysOver} 个如此，30 日内 {longDaysOf} 个有效日中 {longDaysOver} 个，占比下限 {lowerBound}（置信度 {confidence}）',
    '{windowsOver} of {windows} valid windows by {windowKind} ({shareOver}) exceed {guardedLimit} (limit {limit} × guard {guard}); so on {daysOver} of the last {daysOf} valid days and on {longDaysOver} of {longDaysOf} in 30 days, at least {lowerBound} of the days with {confidence} confidence',
  ),
  'R-A4': t(
    '{windowKind}窗口中有效 {windows} 个，其中 {windowsOver} 个（{shareOver}）超过 {limit}；最近 {daysOf} 个有效日中 {daysOver} 个如此；佐证：{companions}',
    '{windowsOver} of {windows} valid windows by {windowKind} ({shareOver}) exceed {limit}; so on {daysOver} of the last {daysOf} valid days; beside it: {companions}',
  ),
  'R-C1': PPM,
  'R-C2': t(
    '功率 > 50 % 的合格工况 {qualifiedS} 中有 {overS}（{shareOver}）的 20 s 平均下游 NOx 超过 {limitPpm}',
    '20 s means of downstream NOx exceed {limitPpm} for {overS} of {qualifiedS} of qualified time above half of rated power ({shareOver})',
  ),
  'R-C3': t(
    '合格工况 {qualifiedS} 中有 {overS}（{shareOver}）的 20 s 平均下游 NOx 超过 {guardedPpm}（{limitPpm} × 保护系数 {guard}）；最近 {daysOf} 个有效日中 {daysOver} 个如此',
    '20 s means of downstream NOx exceed {guardedPpm} ({limitPpm} × guard {guard}) for {overS} of {qualifiedS} of qualified time ({shareOver}); so on {daysOver} of the last {daysOf} valid days',
  ),
  'R-E1': t(
    'SCR 入口 250–450 °C 的 {hotS} 内流量加权转化效率 {efficiency}，应不低于 {minEfficiency}（前 {upG}，后 {downG}）',
    'flow-weighted efficiency of {efficiency} over {hotS} with the SCR inlet at 250–450 °C, where at least {minEfficiency} is asked for ({upG} before, {downG} behind)',
  ),
  'R-E2': t(
    '低功率窗口 NOx {bin1GPerHour}，同机型中位数 {fleetMedian}，为其 {factor}',
    'NOx at low power {bin1GPerHour}, the median of the engine model {fleetMedian}: {factor} of it',
  ),
  'R-U1': ({ ureaShare }) =>
    typeof ureaShare === 'number' && ureaShare > 1
      ? t(`${UREA.zh}：可能泄漏、过量喷射或液位失准`, `${UREA.en}: a leak, overdosing, or an error of the gauge`)
      : UREA,
  'R-U2': t(
    '燃油 {fuelL} 应使尿素液位下降 {expectedDropPct}，而液位保持 {levelPct}（变化在 ±{withinPct} 内），且无加注',
    'for {fuelL} of fuel the urea level should have dropped by {expectedDropPct}; it stayed at {levelPct} (within ±{withinPct}) without a refill',
  ),
  'R-U3': t(
    '尿素消耗为应有量的 {ureaShare}，而转化效率仅 {efficiency}（应不低于 {minEfficiency}）',
    'urea use is {ureaShare} of what is expected, yet the efficiency is {efficiency} (at least {minEfficiency} is asked for)',
  ),
  'R-U4': t(
    `${UREA.zh}；同时 {shareOver} 的窗口超过关注值，第 90 百分位 {p90}`,
    `${UREA.en}; and {shareOver} of the windows exceed the attention level, 90th percentile {p90}`,
  ),
  'R-T1': t(
    '{channels}：读数卡滞，最多占运行时间 {engineOnS} 的 {stuckShare}',
    '{channels}: stuck, up to {stuckShare} of {engineOnS} of engine-on time',
  ),
  'R-T2': t(
    '燃油变化 > 30 % 的 30 min 内，下游 NOx 的 20 s 均值标准差仅 {flatSdPpm}',
    '20 s means of downstream NOx have a standard deviation of {flatSdPpm} over 30 min in which fuel varies by more than 30 %',
  ),
  'R-T3': t(
    '热态 30 min 内下游与上游 NOx 的 r² 为 {copyR2}，比值变异系数 {copyCv}',
    'over 30 hot minutes r² of downstream and upstream NOx is {copyR2}, and their ratio varies by {copyCv}',
  ),
  'R-T4': t(
    '{overruns} 次断油倒拖中 {overrunsHigh} 次（{shareHigh}）读数未降到 20 ppm 以下',
    'in {overrunsHigh} of {overruns} overruns ({shareHigh}) the reading does not fall below 20 ppm',
  ),
  'R-T5': t(
    '{starts} 次冷起动中 {startsTooEarly} 次（{shareEarly}）在传感器可用之前已有读数',
    'in {startsTooEarly} of {starts} cold starts ({shareEarly}) there is a reading before a sensor can have one',
  ),
  'R-T6': t(
    `${UREA.zh}；而热机平均下游 NOx 仅 {hotMeanPpm}，两传感器所示净化量需尿素 {claimedUreaL}`,
    `${UREA.en}; yet the hot mean of downstream NOx is {hotMeanPpm}, and the removal that the sensors claim takes {claimedUreaL} of urea`,
  ),
  'R-T7': t(
    'SCR 入口 > 250 °C 的 {hotS} 中有 {ratioOneS}（{ratioShare}）下游与上游 NOx 相当',
    'downstream and upstream NOx are alike for {ratioOneS} of {hotS} above 250 °C ({ratioShare})',
  ),
  'R-T8': t(
    '读数在同机型同工况下的概率为参考的 {jointRatio}；无效或负读数 {oddShare}，参考 {oddReference}',
    'the readings are {jointRatio} as probable as those of reference trucks in the same engine states; {oddShare} invalid or negative, {oddReference} in the reference',
  ),
  'R-T9': t(
    '热机运行 {hotS} 中有 {invalidS}（{invalidShare}）没有有效的下游 NOx',
    'no valid downstream reading for {invalidS} of {hotS} with a hot engine ({invalidShare})',
  ),
  'R-TAMPER': t(
    '{independentTests} 组相互独立的检验异常：{groups}（{tests}）',
    '{independentTests} independent groups of tests speak: {groups} ({tests})',
  ),
  'R-FUEL-REFILL': t(`加油 ${TANK.zh}`, `fuel filled in ${TANK.en}`),
  'R-FUEL-THEFT': t(`燃油流失 ${TANK.zh}；停车：{standing}`, `fuel lost ${TANK.en}; standing: {standing}`),
  'R-UREA-REFILL': t(`加尿素 ${TANK.zh}`, `urea filled in ${TANK.en}`),
  'R-UREA-DRAIN': t(`尿素流失 ${TANK.zh}；停车：{standing}`, `urea lost ${TANK.en}; standing: {standing}`),
  'R-UREA-LOW': t(
    '日末尿素液位 {levelPct}（低液位 {lowPct}），当日行驶 {distanceKm}',
    'urea level {levelPct} at the end of the day (low: {lowPct}), {distanceKm} driven',
  ),
  'R-DPF': t(
    '{dpfKind}：流动阻力 {resistance}，本车基线 {baseline}（{resistanceShare}），大流量压差过低占 {lowDropShare}',
    '{dpfKind}: flow resistance {resistance}, baseline of the truck {baseline} ({resistanceShare}); hardly any pressure drop for {lowDropShare} of the samples at high flow',
  ),
  'R-SMOKE': t(
    '可见黑烟 {visibleEvents} 次，{highShare} 的时间高于本车中位数 5 倍，平均 {meanMgM3}',
    '{visibleEvents} visible smoke events; {highShare} of the time above 5 × the own median; mean {meanMgM3}',
  ),
  'R-MIL': t(
    '{readings} 次诊断读数中 {milOn} 次（{milShare}）故障灯亮；故障码：{codes}；其中 SCR：{scrCodes}',
    'the lamp was on in {milOn} of {readings} readings ({milShare}); trouble codes: {codes}; of the SCR: {scrCodes}',
  ),
  'R-ALARM': t('终端上报拆除报警 {events} 次', 'the terminal reported tampering {events} times'),
  'R-OFFLINE': ({ neverSeen }) =>
    neverSeen === 'yes'
      ? t('安装后 {silentH} 从未收到数据', 'nothing was received in {silentH} since it was fitted')
      : t('已 {silentH} 无数据，最近一条 {lastSeen}', 'silent for {silentH}; the last sample is of {lastSeen}'),
  'R-GPS': t(
    '定位有效 {positionShare}，行驶中最长 {lostS} 无定位；7 日内 {badDays} 日如此',
    'a position in {positionShare} of the samples, none for {lostS} while moving; so on {badDays} of 7',
  ),
  'R-DATA': t(
    '{problems}：数据传输率 {transmissionRate}，NOx 传输有效率 {noxEffectiveRate}，时钟误差 {clockErrorS}；7 日内 {badDays} 日如此',
    '{problems}: transmission rate {transmissionRate}, effective rate of NOx {noxEffectiveRate}, clock error {clockErrorS}; so on {badDays} of 7',
  ),
  'R-DRIFT': ({ alarmDay }) =>
    alarmDay === null
      ? t(
          '{validDays} 个有效日内窗口平均 NOx 上升 {trendRise}（p = {trendP}），由 {baselineGPerKwh} 到 {newestGPerKwh}',
          'mean NOx of the windows rose by {trendRise} (p = {trendP}) over {validDays} valid days, from {baselineGPerKwh} to {newestGPerKwh}',
        )
      : t(
          '窗口平均 NOx 由基线 {baselineGPerKwh} 升至 {newestGPerKwh}，CUSUM {cusum}（阈值 {cusumLimit}）自 {alarmDay} 起报警',
          'mean NOx of the windows rose from {baselineGPerKwh} to {newestGPerKwh}; CUSUM {cusum} (alarm above {cusumLimit}) since {alarmDay}',
        ),
};
