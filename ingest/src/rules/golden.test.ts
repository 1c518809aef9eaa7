import { describe, expect, it } from 'vitest';
import { sha256OfJson } from './canonical-json.ts';
import { parametersWith } from './catalogue/parameters.ts';
import { RULES_VERSION } from './catalogue/version.ts';
import { evaluateDay } from './day/evaluate-day.ts';
import { FORMULA_VERSION } from './day/formula-version.ts';
import { drive, inputOf, without } from './day/test-kit.ts';
import { judgeDay } from './verdicts/judge-day.ts';
import { corpus } from './verdicts/test-corpus.ts';

/**
 * Fingerprints of what each version of the arithmetic says. They are not expected results (those are in the tests of each rule) but a wire
 * across the door: a change that alters one figure or one verdict must raise the version, so that no two arithmetics carry one name in a pack.
 * Then add the line that the test prints.
 */
const FORMULAS: Readonly<Record<string, string>> = {
  '3': '1a3b1f0a292ae0205a4b16ee626a05e43a11b098bce93b17b081526e13d79834',
  // Another order of adding up; gaps over one step of the odometer are due. Of these days but for the name the same to nine digits.
  '4': '121fdb274f7bbada3385f98b7835f5c7aa6f4de4416203a3c5ea8bbfbec751ca',
};
const RULES: Readonly<Record<string, string>> = {
  '1.2.0': '2c8162168b5eb925aa4b0e34a868713c7b37f4704f36b1311370b35a256cf772',
  '1.3.0': '66eaa2536c8e8261e83cafa4dba6d78bc6f6d45938204836bbab89706a9ab78d',
};

const NUMBERS = parametersWith();

/** Numbers to nine significant digits: the last ones are the processor's business. */
function rounded(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, each) =>
      typeof each === 'number' && !Number.isInteger(each) ? Number(each.toPrecision(9)) : each,
    ),
  );
}

describe('an arithmetic has one version', () => {
  it('of stage 1: the same samples give other figures only under another one', () => {
    const days = [
      inputOf(drive({ seed: 3, lengthS: 7200 })),
      inputOf(drive({ seed: 4, lengthS: 20_000, periodS: 10 })),
      inputOf(without(drive({ seed: 5, lengthS: 5400 }), ['airFlowKgh', 'engineRpm'])),
    ].map((input) => {
      const { summary, minutes } = evaluateDay(input, NUMBERS);
      return { summary, minutes };
    });
    expect({ [FORMULA_VERSION]: sha256OfJson(rounded(days)) }).toEqual({ [FORMULA_VERSION]: FORMULAS[FORMULA_VERSION] });
  });

  it('of stage 2: the same days give other verdicts only under another one', () => {
    const said = corpus().map((context) => judgeDay(context, NUMBERS));
    expect({ [RULES_VERSION]: sha256OfJson(rounded(said)) }).toEqual({ [RULES_VERSION]: RULES[RULES_VERSION] });
  });
});
