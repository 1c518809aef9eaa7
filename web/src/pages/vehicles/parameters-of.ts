import { PARAMETER_NAMES, type ParameterName, typedNumber, typedText } from '../../model/vehicle-form.ts';

const STAGES = ['IV', 'V', 'VI'] as const;
type Typed = Readonly<Record<ParameterName | 'stage' | 'engineModel' | 'aftertreatment', string>>;

/** What the service takes beside what the forms show: a change that does not name them would take them away. */
const KEPT = ['torqueKind', 'bsfcRefKgPerKwh', 'hasScr', 'hasDpf'] as const;

/** Typed parameters as the service takes them: what was left empty is left out. `before` are those in force, of which the forms do not show all. */
export function parametersOf(v: Typed, before: Readonly<Record<string, unknown>> = {}) {
  const numbers: Partial<Record<ParameterName, number>> = {};
  for (const name of PARAMETER_NAMES) {
    const value = typedNumber(v[name]);
    if (value !== undefined) numbers[name] = value;
  }
  const engineModel = typedText(v.engineModel);
  const aftertreatment = typedText(v.aftertreatment);
  const kept = Object.fromEntries(KEPT.flatMap((name) => (before[name] === undefined ? [] : [[name, before[name]]])));
  return {
    ...kept,
    ...numbers,
    stage: STAGES.find((each) => each === v.stage) ?? 'V',
    ratedPowerKw: numbers.ratedPowerKw ?? 0,
    ...(engineModel === undefined ? {} : { engineModel }),
    ...(aftertreatment === undefined ? {} : { aftertreatment }),
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** Parameters in force as the form shows them. */
export function parameterTexts(values: Readonly<Record<string, unknown>>): Record<keyof Typed, string> {
  const numbers = Object.fromEntries(PARAMETER_NAMES.map((name) => [name, textOf(values[name])])) as Record<
    ParameterName,
    string
  >;
  return {
    ...numbers,
    stage: textOf(values.stage) || 'V',
    engineModel: textOf(values.engineModel),
    aftertreatment: textOf(values.aftertreatment),
  };
}
