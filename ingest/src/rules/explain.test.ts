import { describe, expect, it } from 'vitest';
import { parametersWith } from './catalogue/parameters.ts';
import { explain, statement } from './explain.ts';
import type { Outcome } from './finding.ts';
import { judgeDay } from './verdicts/judge-day.ts';
import { corpus } from './verdicts/test-corpus.ts';
import { contextOf, facts, healthyDay, history, NUMBERS, part, said, saidOf, TODAY, tank, windows } from './verdicts/test-kit.ts';

describe('what a finding says', () => {
  const over = windows([[3.9, 579], [5.63, 421]], { p90: 5.63 }); // biome-ignore format: two values

  it('R-A2: numbers, limit with source and mark, share, class, day, and that it is a suspected lead', () => {
    const outcome = saidOf('R-A2', [healthyDay(TODAY, { work: over })]);
    expect(explain(outcome, 'en')).toBe(
      'Suspected lead (疑似超标线索) · R-A2 windows above the in-use limit: 421 of 1000 valid windows by work (42.1 %) exceed 4.00 g/kWh, ' +
        'where at least 90 % must keep it; 90th percentile 5.63 g/kWh. Days: 2026-11-24. ' +
        'Limit 4 g/kWh (HJ 857-2017 PEMS; emissions §1.2; read in its source). Method class A.',
    );
    expect(explain(outcome, 'zh')).toBe(
      '疑似超标线索 · R-A2 窗口超出在用限值：功基窗口中有效 1000 个，其中 421 个（42.1 %）超过 4.00 g/kWh，而至少 90 % 须不超过；' +
        '第 90 百分位 5.63 g/kWh。依据日期：2026-11-24。限值 4 g/kWh（HJ 857-2017 PEMS; emissions §1.2；已核实）。方法等级 A。',
    );
  });

  it('is also one sentence with the numbers alone', () => {
    const outcome = saidOf('R-A2', [healthyDay(TODAY, { work: over })]);
    if (outcome.outcome !== 'found') throw new Error('nothing was found');
    expect(statement(outcome, 'en')).toBe(
      'Suspected lead (疑似超标线索): 421 of 1000 valid windows by work (42.1 %) exceed 4.00 g/kWh, ' +
        'where at least 90 % must keep it; 90th percentile 5.63 g/kWh.',
    );
  });

  it('R-A3 of stage IV: guard, days, confidence, and that the limit is not verified', () => {
    const days = history(4, (date) => healthyDay(date, { facts: facts('IV'), work: windows([[9.5, 1000]]) }));
    const text = explain(saidOf('R-A3', days), 'en');
    expect(text).toContain('1000 of 1000 valid windows by work (100.0 %) exceed 8.96 g/kWh (limit 7.00 g/kWh × guard 1.281)');
    expect(text).toContain(
      'so on 4 of the last 4 valid days and on 4 of 4 in 30 days, at least 47.3 % of the days with 95 % confidence',
    );
    expect(text).toContain('Days: 2026-11-21, 2026-11-22, 2026-11-23, 2026-11-24');
    expect(text).toContain('Mind: the limit was not verified against the printed standard');
    expect(explain(saidOf('R-A3', days), 'zh')).toContain('限值未经印本标准核实');
  });

  it('names the newest seven days, and how many there are before', () => {
    const text = explain(
      saidOf(
        'R-A3',
        history(12, (date) => healthyDay(date, { work: over })),
      ),
      'en',
    );
    expect(text).toContain('2026-11-23, 2026-11-24 and 5 before');
  });

  it('R-U1 says which way it is wrong', () => {
    const used = (pct: number) => saidOf('R-U1', [healthyDay(TODAY, { ureaTank: tank(TODAY, 60, 60 - pct, 400, 1200) })]);
    expect(explain(used(8), 'en')).toContain(
      '3.6 L of urea for 400 L of fuel over 1200 km: 0.90 % by volume where 4.5 % is expected, 20 % of it.',
    );
    expect(explain(used(8), 'en')).not.toContain('leak');
    expect(explain(used(66), 'en')).toContain('a leak, overdosing, or an error of the gauge');
  });

  it('R-TAMPER has its own word, and R-E1 none of a limit', () => {
    const emulated = history(7, (date) => part({ ...healthyDay(date), tamperSec: [5] }, 'plausibility', { flatSdPpm: 1 }));
    expect(explain(saidOf('R-TAMPER', emulated), 'zh')).toMatch(
      /^疑似作弊线索 · R-TAMPER 疑似作弊：2 组相互独立的检验异常：信号形态、终端报警（R-T2、R-ALARM）/u,
    );
    const sick = part(healthyDay(), 'scr', { seconds: 1800, upG: 100, downG: 90, efficiency: 0.1 });
    expect(explain(saidOf('R-E1', [sick]), 'zh')).toMatch(/^故障线索（不作限值判定） · R-E1/u);
  });

  it('writes times in Beijing time', () => {
    const silent = contextOf([], { lastSampleSec: Date.UTC(2026, 10, 20, 20, 30) / 1000 });
    expect(explain(said('R-OFFLINE', silent), 'en')).toContain('the last sample is of 2026-11-21 04:30 (UTC+8)');
  });
});

describe('what other outcomes say', () => {
  it('why a rule was not evaluated, with the figures that say so', () => {
    const outcome = saidOf('R-A2', [part(healthyDay(), 'quality', { noxValidShare: 0.42 })]);
    expect(explain(outcome, 'en')).toBe(
      'R-A2 windows above the in-use limit: not evaluated; too little of the NOx is valid (valid NOx 42.0 %; needed share 70 %).',
    );
    expect(explain(outcome, 'zh')).toBe(
      'R-A2 窗口超出在用限值：未评价；NOx 有效数据占比不足（NOx 有效占比 42.0 %；要求占比 70 %）。',
    );
  });

  it('that nothing was found, with what it rests on', () => {
    expect(explain(saidOf('R-T4', [part(healthyDay(), 'plausibility', { overruns: 30, overrunsHigh: 1 })]), 'en')).toBe(
      'R-T4 no fall in overrun: nothing found (overruns 30; overruns without a fall 1; share without a fall 3 %).',
    );
  });
});

describe('every outcome of every kind', () => {
  const outcomes: Outcome[] = corpus().flatMap((context) => judgeDay(context, NUMBERS));

  it.each(['zh', 'en'] as const)('is told in %s without a figure left open, a null, a NaN or a code', (lang) => {
    for (const outcome of outcomes) {
      const text = explain(outcome, lang);
      expect(text).not.toMatch(/\{\w+\}|null|NaN|undefined|Infinity/u);
      expect(text.startsWith(' ')).toBe(false);
      expect(text.endsWith(lang === 'zh' ? '。' : '.')).toBe(true);
      if (lang === 'zh') expect(text).toMatch(/\p{Script=Han}/u);
    }
  });

  it('calls every finding on a limit a suspected lead, and no other one', () => {
    for (const outcome of outcomes) {
      if (outcome.outcome !== 'found') continue;
      const onLimit = outcome.cause === 'overLimit' && (outcome.level === 'suspected' || outcome.level === 'probable');
      expect([outcome.rule, outcome.level, explain(outcome, 'zh').includes('疑似超标线索')]).toEqual([
        outcome.rule,
        outcome.level,
        onLimit,
      ]);
    }
  });

  it('does not change with numbers that a rule does not read', () => {
    const context = contextOf(history(10));
    const other = parametersWith({ 'verdicts.closeAfterDays': 9 });
    expect(judgeDay(context, other).map((each) => explain(each, 'en'))).toEqual(
      judgeDay(context, NUMBERS).map((each) => explain(each, 'en')),
    );
  });
});
