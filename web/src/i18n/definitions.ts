import type { TermId } from './words/terms.ts';

/** What a word means: its formula or rule, and what to know when reading it. */
export interface Definition {
  formula: string;
  note: string;
}

/** Every definition in both languages. The console shows these and no others. */
export const DEFINITIONS: Readonly<Record<TermId, { zh: Definition; en: Definition }>> = {
  connectedRate: {
    zh: { formula: '时段内有 ≥ 1 条有效消息的车辆 ÷ 登记为已装车的车辆', note: '报停车辆仍在分母中。' },
    en: {
      formula: 'trucks with ≥ 1 valid message in the period ÷ trucks registered as fitted',
      note: 'Laid-up trucks stay in the base.',
    },
  },
  onlineRate: {
    zh: { formula: '当日有 ≥ 1 条消息的车辆 ÷ 已装车且在用的车辆', note: '报停车辆不计入分母。' },
    en: {
      formula: 'trucks with ≥ 1 message that day ÷ trucks fitted and in service',
      note: 'Trucks reported laid up leave the base.',
    },
  },
  transmissionRate: {
    zh: {
      formula: '收到的样本 ÷ 应收样本（发动机运转秒数 ÷ 终端周期）',
      note: '断档两侧发动机都在运转且里程有变化时，整段断档计入应收。按车按日。',
    },
    en: {
      formula: "samples received ÷ samples due (engine-on seconds ÷ the terminal's period)",
      note: 'A gap counts in full when the engine ran on both sides and the odometer moved. Per truck and day.',
    },
  },
  validRate: {
    zh: {
      formula: '有效样本 ÷ 收到的发动机运转样本',
      note: '有效：在量程内、传感器就绪、没有卡死。热机有效率（冷却液 ≥ 70 °C）另列，不进入乘积。',
    },
    en: {
      formula: 'valid samples ÷ engine-on samples received',
      note: 'Valid: in range, sensor ready, not stuck. The rate on hot engine (coolant ≥ 70 °C) stands beside it and is not in the product.',
    },
  },
  hotValidRate: {
    zh: {
      formula: '冷却液 ≥ 70 °C 时的有效样本 ÷ 同条件下收到的样本',
      note: 'NOx 传感器在冷机时本来就不工作，此率更能说明传感器状态。',
    },
    en: {
      formula: 'valid samples with coolant ≥ 70 °C ÷ samples received in that state',
      note: 'NOx sensors do not work on a cold engine, so this rate tells more about the sensor.',
    },
  },
  effectiveRate: {
    zh: { formula: '数据传输率 × 数据有效率', note: '目标 ≥ 95 %。' },
    en: { formula: 'transmission rate × valid rate', note: 'Target ≥ 95 %.' },
  },
  packetLoss: {
    zh: { formula: '丢失的包 ÷ 发出的包', note: '由终端按日流水号算出；不带流水号的终端没有此值。' },
    en: {
      formula: 'lost ÷ sent packets',
      note: "From the terminal's sequence numbers of the day; there is none where it keeps no numbers.",
    },
  },
  exceedanceRate: {
    zh: { formula: '超过限值的车辆 ÷ 已判定的车辆', note: '有效数据太少的车辆“未判定”，单独计数，不在分母中。' },
    en: {
      formula: 'trucks over limit ÷ trucks evaluated',
      note: 'Trucks with too little valid data are “not evaluated”: counted apart, not in the base.',
    },
  },
  complianceRate: {
    zh: { formula: '1 − 超标率', note: '分母与超标率相同：已判定的车辆。' },
    en: { formula: '1 − exceedance rate', note: 'On the same base: trucks evaluated.' },
  },
  handledRate: {
    zh: { formula: '已处理的线索 ÷ 时段内出现的线索', note: '撤回的线索不计。' },
    en: { formula: 'leads decided ÷ leads opened in the period', note: 'Withdrawn leads are left out.' },
  },
  caseHandledRate: {
    zh: { formula: '时段内立案、且至今已销案的案件 ÷ 时段内立案的案件', note: '重新立案后未销案的按未结计。' },
    en: {
      formula: 'cases opened in the period that are closed by now ÷ cases opened in the period',
      note: 'One that was opened again and is not closed counts as open.',
    },
  },
  caseInTimeRate: {
    zh: {
      formula: '在办结期限当日或之前销案的案件 ÷ 办结期限落在时段内、且已到期或已销案的案件',
      note: '办结期限自立案（或重新立案）次日起按工作日计；报停期间不计，报停中的案件不在分母。',
    },
    en: {
      formula:
        'closed on or before their deadline ÷ cases whose deadline for closing fell into the period and has passed, or which were closed',
      note: 'The deadline counts working days from the (re)opening; it stands still while the truck is laid up, and such cases are left out.',
    },
  },
  retestPassRate: {
    zh: {
      formula: '时段内复检合格次数 ÷ 时段内复检次数',
      note: '同一案件多次复检，每次都计。按 I 站分组时按检验站归集，其余按最近维修的 M 站。',
    },
    en: {
      formula: 'retests passed ÷ retests in the period',
      note: 'Each retest of a case counts. By inspection station: where it was tested; by repair station: of the newest repair.',
    },
  },
  caseAgainRate: {
    zh: {
      formula: '销案后 90 天内重新立案的次数 ÷ 时段内销案次数',
      note: '失联案件不计。销案不足 90 天的仍可能重新立案，近期数值偏低。',
    },
    en: {
      formula: 'closings opened again within 90 days ÷ closings in the period',
      note: 'Offline cases are left out. Closings younger than 90 days can still be opened again, so recent figures are low.',
    },
  },
  inspectionAgreement: {
    zh: {
      formula: '(都超标 + 都未超标) ÷ 可比检查',
      note: '可比：检查有结论，且同一车辆在时间窗内有可判定的 OBD 日。区间为 Wilson 95 % 双侧区间。',
    },
    en: {
      formula: '(both over + both under) ÷ compared inspections',
      note: 'Compared: the inspection judged, and the truck had an OBD day in the window that could be judged. Intervals: Wilson, 95 %, two-sided.',
    },
  },
  inspectionFound: {
    zh: { formula: '都超标 ÷ (都超标 + 仅检查超标)', note: '检查不合格的车辆中，OBD 也判超标的比例。Wilson 95 % 区间。' },
    en: {
      formula: 'both over ÷ (both over + inspection only)',
      note: 'Of those that the inspection failed, the share that the OBD data found over. Wilson interval, 95 %.',
    },
  },
  inspectionCleared: {
    zh: { formula: '都未超标 ÷ (都未超标 + 仅 OBD 超标)', note: '检查合格的车辆中，OBD 也未判超标的比例。Wilson 95 % 区间。' },
    en: {
      formula: 'both under ÷ (both under + OBD only)',
      note: 'Of those that the inspection passed, the share that the OBD data did not find over. Wilson interval, 95 %.',
    },
  },
  inspectionConfirmed: {
    zh: { formula: '都超标 ÷ (都超标 + 仅 OBD 超标)', note: 'OBD 判超标的车辆中，检查也不合格的比例。Wilson 95 % 区间。' },
    en: {
      formula: 'both over ÷ (both over + OBD only)',
      note: 'Of those that the OBD data found over, the share that the inspection failed. Wilson interval, 95 %.',
    },
  },
  kappa: {
    zh: {
      formula: '(一致率 − 偶然一致率) ÷ (1 − 偶然一致率)',
      note: 'Cohen κ：0 为与偶然相同，1 为完全一致。区间按 Fleiss、Cohen、Everitt (1969) 大样本标准误。',
    },
    en: {
      formula: '(agreement − agreement by chance) ÷ (1 − agreement by chance)',
      note: "Cohen's kappa: 0 is what chance gives, 1 is complete. Interval by the large-sample error of Fleiss, Cohen and Everitt (1969).",
    },
  },
  stepTime: {
    zh: {
      formula: '进入某状态到离开该状态的自然日数的中位数',
      note: '按离开该状态的日期归入时段；n 为次数。按发生日期计，不按录入时间。',
    },
    en: {
      formula: 'median of the calendar days from entering a state to leaving it',
      note: 'Counted in the period in which it was left; n: how often. By the day on which it happened, not by when it was entered.',
    },
  },
  lead: {
    zh: { formula: '远程 OBD 给出的提示，不是违法结论', note: '须经加载减速 (GB 3847)、PEMS (HJ 857) 或路检等法定检测确认。' },
    en: {
      formula: 'a hint from remote OBD data, not a finding of a violation',
      note: 'A lawful test (lug-down GB 3847, PEMS HJ 857, roadside) must confirm it.',
    },
  },
  linkState: {
    zh: {
      formula: '在线：2 min 内收到样本 · 迟到：1 h 内 · 静默：更久 · 未见：从未收到',
      note: '按服务器时钟；与车辆是否行驶无关。',
    },
    en: {
      formula: 'online: a sample was received within 2 min · late: within 1 h · silent: longer ago · never seen: none ever',
      note: "By the server's clock, whether or not the truck drives.",
    },
  },
  silence: {
    zh: {
      formula: '静默：超过 1 h 没有数据 · 满 24 h：R-OFFLINE 记为关注，只在车辆上显示 · 满 72 h：成为“离线”线索',
      note: '24 h 与 72 h 是规则参数，现行值见“规则”页。停一夜的车不必处理，因此 72 h 之前不在线索中。报停车辆不算静默。',
    },
    en: {
      formula:
        'silent: nothing for more than 1 h · from 24 h: R-OFFLINE notes attention, shown on the truck only · from 72 h: a lead, “offline”',
      note: 'The 24 h and 72 h are parameters of the rule; the Rules page has those in force. A truck parked overnight needs no action, so there is no lead before 72 h. Laid-up trucks are not silent.',
    },
  },
  coverage: {
    zh: {
      formula:
        '每格 15 min，由已汇总的分钟算出；实：发动机运转且至少一半时间 NOx 有效；斜纹：运转但 NOx 无效；细线：停机有数据；空：没有',
      note: 'NOx 线是下游每格均值，各车同一刻度。右侧数值：24 小时 NOx 质量 ÷ 功，只计两者都有的秒。最近几分钟随下一次判定出现。',
    },
    en: {
      formula:
        'cells of 15 min, from minutes already summed up. Solid: engine on, NOx valid for half of it at least; hatched: engine on, NOx not valid; thin: engine off, with data; empty: nothing',
      note: 'The NOx line is the downstream mean of each cell, on one scale for all trucks. The figure: NOx mass ÷ work of 24 h over the seconds that have both. The last minutes come with the next evaluation.',
    },
  },
  validShare: {
    zh: { formula: '有值的样本 ÷ 范围内已存的样本', note: '缺值的原因（未发送、未就绪、传感器故障等）悬停可见。' },
    en: {
      formula: 'samples with a value ÷ samples stored in the range',
      note: 'Why values are missing (not sent, not ready, sensor error, …) shows on hover.',
    },
  },
  methodClass: {
    zh: {
      formula: 'A：实测进气量且扭矩经确认 · B：氧浓度推算流量、燃油窗口或默认参考功 · C：估算流量或仅按浓度',
      note: '参考功未知时最高为 B。',
    },
    en: {
      formula:
        'A: measured air flow and confirmed torque · B: flow from O2, fuel window, or default reference work · C: estimated flow or ppm only',
      note: 'With unknown reference work B at best.',
    },
  },
  specificNox: {
    zh: {
      formula: '当日 Σ NOx [g] ÷ Σ 功 [kWh]，或 ÷ Σ 里程 [km]，只计两者都已知的秒；ppm 为热机下游浓度的时间平均',
      note: 'NOx 以 NO₂ 计。分子分母取同样的秒，缺一不计；与限值比较的是窗口值，不是这里的日平均。',
    },
    en: {
      formula:
        'Σ NOx [g] ÷ Σ work [kWh] of the day, or ÷ Σ distance [km], over the seconds that tell both; ppm: mean over time of the downstream reading on hot engine',
      note: 'NOx as NO2. Both sums are over the same seconds. What is held against a limit are windows, not these daily means.',
    },
  },
  window: {
    zh: {
      formula: '从每个样本起累积到参考功 W_ref 为一个窗口；窗口值 = NOx [g] ÷ 功 [kWh]',
      note: '平均功率高于阈值的窗口有效；判定看 90 % 的有效窗口是否 ≤ 限值。',
    },
    en: {
      formula: 'from each sample on until the reference work W_ref is reached; value = NOx [g] ÷ work [kWh]',
      note: 'A window is valid above a mean-power threshold; the verdict asks whether 90 % of the valid windows are ≤ the limit.',
    },
  },
  p90: {
    zh: { formula: '90 % 的有效窗口不高于此值', note: '判定按个数计，不按插值。' },
    en: {
      formula: '90 % of the valid windows are not above this value',
      note: 'The verdict counts windows; it does not interpolate.',
    },
  },
  guard: {
    zh: {
      formula: 'g = 1 + 1.645 × √(传感器² + 空气² + 扭矩² + 燃油²)',
      note: '默认 15、5、4、5 % → 1.28。判“可能超标”前每个窗口值先除以 g。',
    },
    en: {
      formula: 'g = 1 + 1.645 × √(sensor² + air² + torque² + fuel²)',
      note: 'Defaults 15, 5, 4, 5 % → 1.28. Each window is divided by g before “probable” is said.',
    },
  },
  notEvaluated: {
    zh: { formula: '前提条件不满足，规则没有给出结论', note: '既不是合格也不是超标；原因写在旁边。' },
    en: {
      formula: 'a precondition failed, the rule gave no verdict',
      note: 'Neither pass nor fail; the reason stands beside it.',
    },
  },
  reduction: {
    zh: { formula: '每桶画出最小值与最大值', note: '极值不丢失，不作平均；放大后显示原始样本。' },
    en: {
      formula: 'smallest and largest value of each bucket are drawn',
      note: 'No extreme is lost, nothing is averaged; zoom in for raw samples.',
    },
  },
  evidencePack: {
    zh: { formula: '判定所用的样本、原始帧、参数与规则版本，以 SHA-256 固定并前后相链', note: '可由任何人重新计算并核对。' },
    en: {
      formula: 'samples, original frames, parameters and rule version behind a verdict, fixed by SHA-256 and chained',
      note: 'Anyone can recompute and compare it.',
    },
  },
  backTest: {
    zh: { formula: '用改动后的参数重算已存的日子，与现行结果比较', note: '启用前看会多出、少掉哪些线索；不改变任何已存结果。' },
    en: {
      formula: 'stored days judged again with the changed parameters, compared with what is in force',
      note: 'Shows which leads would appear or vanish before activation; changes nothing stored.',
    },
  },
  mark: {
    zh: { formula: 'C 已读原文 · L 间接支持 · M 凭记忆', note: 'L 与 M 一律显示“未核实”，是可改的配置，不可当作法规引用。' },
    en: {
      formula: 'C read in the source · L indirectly supported · M from memory',
      note: 'L and M are shown as “unverified”; they are configuration and no law to be quoted.',
    },
  },
  scrEfficiency: {
    zh: {
      formula: '1 − Σ(下游浓度 × 排气流量) ÷ Σ(上游浓度 × 排气流量)',
      note: '流量加权；取 SCR 入口 250–450 °C 且两个传感器都有效的秒。',
    },
    en: {
      formula: '1 − Σ(downstream × exhaust flow) ÷ Σ(upstream × exhaust flow)',
      note: 'Flow-weighted, over seconds with both sensors valid and 250–450 °C at the SCR inlet.',
    },
  },
  ureaRatio: {
    zh: { formula: '尿素消耗 [L] ÷ 燃油消耗 [L]，除去加注', note: '预期约 3.4 %（国四）、4.5 %（国五）。' },
    en: {
      formula: 'urea used [L] ÷ fuel used [L], refills taken out',
      note: 'Expected about 3.4 % (China IV), 4.5 % (China V).',
    },
  },
  level: {
    zh: {
      formula: '可能：扣除不确定度且多日重复 · 疑似：单次达到条件 · 关注：值得留意 · 故障：维修或数据线索',
      note: '故障不涉及限值。',
    },
    en: {
      formula:
        'probable: with the uncertainty factor and repeated over days · suspected: condition met · attention: worth a look · fault: a repair or data lead',
      note: 'A fault says nothing of a limit.',
    },
  },
  cause: {
    zh: { formula: '同一车辆同一原因的连续判定折叠为一条线索', note: '例如尿素、传感器、超限值、离线。' },
    en: {
      formula: 'consecutive findings of one cause on one truck are folded into one lead',
      note: 'For example urea, sensor, over limit, offline.',
    },
  },
  excluded: {
    zh: { formula: '此时段的样本按规则不参与判定', note: '原因悬停可见：冷机、发动机关闭、传感器未就绪、海拔等。' },
    en: {
      formula: 'samples of this stretch take no part in the verdict',
      note: 'The reason shows on hover: cold engine, engine off, sensor not ready, altitude, …',
    },
  },
  clockError: {
    zh: { formula: '终端时钟 − 接收时钟 [s]', note: '实时流稳定偏差超过 10 min 时隔离，不判定。' },
    en: {
      formula: 'terminal clock − receiving clock [s]',
      note: 'A live stream with a stable offset above 10 min is quarantined and never judged.',
    },
  },
  lateShare: {
    zh: { formula: '采样后 120 s 以上才入库的样本 ÷ 入库样本', note: '断网补传属正常；补传数据不触发实时报警。' },
    en: {
      formula: 'samples stored more than 120 s after their time ÷ samples stored',
      note: 'A backlog after an outage is normal; it raises no live alarm.',
    },
  },
  quarantine: {
    zh: { formula: '能读懂但不可信的消息，原样保存，可以重新处理', note: '例如终端当时没有绑定车辆；补录后自动入库。' },
    en: {
      formula: 'messages that could be read but not trusted; kept whole, can be processed again',
      note: 'For example no truck on the terminal at that time; once it is entered they are taken in.',
    },
  },
  stage: {
    zh: { formula: '型式核准的中国排放阶段', note: '在用限值：国四 7.0（推定）、国五 4.0、国六 0.69 g/kWh。' },
    en: { formula: 'China stage of the type approval', note: 'In-use limits: IV 7.0 (inferred), V 4.0, VI 0.69 g/kWh.' },
  },
  laidUp: {
    zh: { formula: '车主申报停用的时段', note: '报停期间离线不产生线索，也不计入在线率分母。' },
    en: {
      formula: 'a period for which the owner reported the truck out of use',
      note: 'No offline lead during it, and not in the base of the online rate.',
    },
  },
};
