/** One text in both languages of the product. */
export interface Text {
  readonly zh: string;
  readonly en: string;
}

const t = (zh: string, en: string): Text => ({ zh, en });

/** Why a rule could not be asked: every code of `NotEvaluated.reason`. */
export const REASONS = {
  noData: t('当日没有数据', 'no samples on that day'),
  stageUnknown: t('车辆排放阶段未登记', 'the emission stage of the truck is not registered'),
  noLimit: t('该排放阶段没有对应限值', 'no limit for that emission stage'),
  noNox: t('不上传下游 NOx', 'downstream NOx is not sent'),
  noUpstreamNox: t('没有上游 NOx 传感器数据', 'no upstream NOx sensor'),
  noExhaustFlow: t('无法得到排气流量', 'the exhaust flow cannot be known'),
  noRatedPower: t('额定功率未登记', 'the rated power is not registered'),
  massNotComputable: t('无法计算比功率排放量', 'NOx for work cannot be computed'),
  massComputable: t('可计算质量排放，按 R-A 规则判定', 'NOx mass can be computed; the R-A rules judge this truck'),
  periodTooLong: t('采样间隔过长', 'samples are too far apart'),
  plausibilityFailed: t('传感器合理性检验未通过', 'a plausibility test of the sensors failed'),
  noxValidShare: t('NOx 有效数据占比不足', 'too little of the NOx is valid'),
  noHotEngine: t('热机运行时间不足', 'too little time with a hot engine'),
  altitude: t('大部分时间海拔超过 2400 m', 'mostly above 2400 m'),
  ambient: t('大部分时间环境温度超出 −7…38 °C', 'mostly outside −7 … 38 °C'),
  tooLittleWork: t('有效功（或燃油）不足参考循环功的规定倍数', 'too little work (or fuel) against the reference cycle'),
  tooFewValidWindows: t('有效窗口不足', 'too few valid windows'),
  tooLittleQualified: t('合格工况时间不足', 'too little qualified time'),
  tooLittleLoad: t('高负荷时间不足', 'too little time at high load'),
  noPower: t('功率未知', 'the power is not known'),
  nh3Possible: t('读数可能含氨（NH3），判定暂缓', 'the reading may be ammonia; the verdict is held'),
  noScr: t('未装 SCR', 'built without SCR'),
  tooLittleHot: t('SCR 高温时间不足', 'too little time with a hot catalyst'),
  noReference: t('没有同机型参考', 'no fleet reference for the engine model'),
  referenceTooSmall: t('同机型参考车辆太少', 'the fleet reference rests on too few trucks'),
  tooFewBinOne: t('低功率窗口不足', 'too few low-power windows'),
  noTankSize: t('油箱或尿素箱容积未登记', 'the size of the tank is not registered'),
  noUreaLevel: t('没有尿素液位数据', 'no urea level'),
  tooLittleFuel: t('燃油消耗或里程不足', 'too little fuel burnt or distance driven'),
  notSent: t('终端不上传该信号', 'the signal is not sent'),
  noReadings: t('没有有效读数', 'no valid readings'),
  frozen: t('尿素可能结冰', 'the urea may have been frozen'),
  notSettled: t('液位未稳定', 'the level never settled'),
  noEngineMotion: t(
    '没有转速或油耗信号，无法判断工况是否变化',
    'neither engine speed nor fuel rate is sent: whether the engine moved cannot be told',
  ),
  tooLittleEngineOn: t('发动机运行时间不足', 'too little engine-on time'),
  noVariedStretch: t('没有足够变化的 30 分钟工况', 'no 30 minutes of varied driving'),
  tooFewOverruns: t('倒拖次数不足', 'too few overruns'),
  tooFewStarts: t('冷起动次数不足', 'too few cold starts'),
  noTestPossible: t('没有可用的检验', 'no test could be made'),
  noDpf: t('未装颗粒捕集器', 'built without a particulate filter'),
  noDpfPressure: t('不上传颗粒捕集器压差', 'the pressure drop of the filter is not sent'),
  tooLittleFlow: t('大流量工况不足', 'too little time at high flow'),
  dpfOffset: t('压差传感器零点偏移', 'the pressure sensor has an offset at standstill'),
  noBaseline: t('尚无本车基线', 'no baseline of the truck yet'),
  noSmokeSignal: t('没有烟度或颗粒物信号', 'no smoke or particulate signal'),
  noObd: t('没有 OBD 诊断信息', 'no OBD block'),
  tooFewObd: t('OBD 诊断信息次数不足', 'too few OBD blocks'),
  notInService: t('车辆报停或未安装终端', 'laid up, or not fitted'),
  notAvailable: t('数据不可用', 'not available'),
} as const satisfies Readonly<Record<string, Text>>;

export type Reason = keyof typeof REASONS;

/** What weakens a finding: every code of `Found.caveats`. */
export const CAVEATS = {
  unverifiedLimit: t('限值未经印本标准核实', 'the limit was not verified against the printed standard'),
  ambientNotChecked: t('环境温度未核查', 'ambient temperature not checked'),
  altitudeNotChecked: t('海拔未核查', 'altitude not checked'),
  coolantNotChecked: t('冷却液温度未核查', 'coolant temperature not checked'),
  dewPointNotChecked: t('露点条件未核查', 'dew point of the sensor not checked'),
  stuckNotChecked: t('卡滞未核查', 'frozen readings not checked'),
  conflicts: t('当日有互相矛盾的记录', 'records of the day contradict one another'),
  coarseSampling: t('采样间隔大于 10 s，未做逐秒检验', 'samples more than 10 s apart: no second-by-second tests'),
  assumedReference: t('参考循环功为默认值', 'the reference work is the method’s default'),
  torqueUnconfirmed: t('扭矩含义未经数据确认', 'what the torque signal states is not confirmed by the data'),
  classC: t('C 类方法', 'method class C'),
  nh3Possible: t('可能存在氨逃逸', 'possible ammonia slip'),
  nh3NotChecked: t('氨干扰未核查', 'ammonia not checked'),
  upstreamOrigin: t('上游 NOx 可能为加装或模型值', 'the upstream NOx may be a retrofit sensor or a model value'),
  ureaMayFreeze: t('尿素可能结冰', 'the urea may have been frozen'),
  tankEmpty: t('尿素箱已空', 'the urea tank is empty'),
  tankSizeUnknown: t('箱体容积未知，升数不详', 'the size of the tank is not known, so neither are the litres'),
  comparisonOnly: t('仅与同机型车辆比较', 'a comparison with trucks of the model only'),
  dpfOffsetNotChecked: t('压差传感器零点未核查', 'zero of the pressure sensor not checked'),
  indicatorOnly: t('颗粒物仅为指示值（±50 %）', 'particulate is an indicator only (±50 %)'),
} as const satisfies Readonly<Record<string, Text>>;

export type Caveat = keyof typeof CAVEATS;

/** A reason code of stage 1 as one of the catalogue's; one that it does not have is "not available". */
export function reasonOf(code: string): Reason {
  return isReason(code) ? code : 'notAvailable';
}

function isReason(code: string): code is Reason {
  return Object.hasOwn(REASONS, code);
}
