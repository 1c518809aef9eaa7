import { z } from '@hono/zod-openapi';
import { PLAUSIBLE_FACTS, type PlausibleFact } from '@plume/ingest/emissions';
import { plainText } from '../schemas.ts';

/** A number whose plausible range is told when it is outside: a value beyond it is a slip of the pen, such as MW for kW or the tank of another truck. */
function plausible(name: PlausibleFact) {
  const [min, max, unit] = PLAUSIBLE_FACTS[name];
  const message = `${name} must be between ${min} and ${max} ${unit} for a heavy diesel truck`;
  return z
    .number({ error: message })
    .min(min, message)
    .max(max, message)
    .openapi({ description: `${unit}, ${min} to ${max}` });
}

/** Engine speed [rpm] at which a heavy diesel engine can give its rated power; torque times it is that power. [eng] */
const POWER_AT_RPM = { min: 800, max: 3600 } as const;
/** Work of the WHTC for the rated power [kWh/kW]: 0.08 … 0.10 for known engines (emissions §3.1), believed within a factor of two. [eng] */
const WORK_PER_KW = { min: 0.04, max: 0.2 } as const;
/** Rated power [kW] = torque [N·m] × speed [rpm] / 9549.3. */
const KW_RPM_PER_NM = 9549.3;

/** A fact that cannot be true beside another one. */
export interface Contradiction {
  readonly field: 'referenceTorqueNm' | 'workRefKwh';
  readonly says: string;
  readonly min: number;
  readonly max: number;
  readonly unit: string;
}

/** Facts of a truck that contradict its rated power, each with the range that it allows; none: the facts fit together. */
export function contradictions(facts: Readonly<Record<string, unknown>>): Contradiction[] {
  const { ratedPowerKw, referenceTorqueNm, workRefKwh } = facts;
  if (typeof ratedPowerKw !== 'number') return [];
  const found: Contradiction[] = [];
  const check = (
    field: Contradiction['field'],
    value: unknown,
    unit: string,
    low: number,
    high: number,
    digits: number,
  ): void => {
    const [min, max] = [Number(low.toFixed(digits)), Number(high.toFixed(digits))];
    if (typeof value === 'number' && (value < min || value > max))
      found.push({
        field,
        min,
        max,
        unit,
        says: `${field} must be between ${min} and ${max} ${unit} for an engine of ${ratedPowerKw} kW`,
      });
  };
  const nmAtOneRpm = ratedPowerKw * KW_RPM_PER_NM;
  check('referenceTorqueNm', referenceTorqueNm, 'N·m', nmAtOneRpm / POWER_AT_RPM.max, nmAtOneRpm / POWER_AT_RPM.min, 0);
  check('workRefKwh', workRefKwh, 'kWh', ratedPowerKw * WORK_PER_KW.min, ratedPowerKw * WORK_PER_KW.max, 1);
  return found;
}

/** Registry facts that results depend on, with the range in which each is plausible, alone and beside the others. */
export const ParametersBody = z
  .strictObject({
    stage: z.enum(['IV', 'V', 'VI']).openapi({ description: 'China emission stage' }),
    ratedPowerKw: plausible('ratedPowerKw'),
    referenceTorqueNm: plausible('referenceTorqueNm').optional(),
    fuelTankL: plausible('fuelTankL').optional(),
    ureaTankL: plausible('ureaTankL').optional(),
    engineModel: plainText(60).optional(),
    aftertreatment: plainText(200)
      .optional()
      .openapi({ description: 'What was fitted to the exhaust, in words', example: 'DOC + DPF + SCR' }),
    ratedRpm: plausible('ratedRpm').optional(),
    displacementL: plausible('displacementL').optional(),
    torqueKind: z
      .enum(['net', 'indicated'])
      .optional()
      .openapi({ description: 'What the torque signal states; absent: found from the data' }),
    workRefKwh: plausible('workRefKwh')
      .optional()
      .openapi({ description: "Work of the engine's type-approval cycle (WHTC), kWh; absent: 0.09 kWh per kW rated" }),
    bsfcRefKgPerKwh: plausible('bsfcRefKgPerKwh').optional(),
    hasScr: z.boolean().optional().openapi({ description: 'false: built without SCR; absent: found from the signals' }),
    hasDpf: z.boolean().optional().openapi({ description: 'false: built without a wall-flow filter' }),
    approvalGPerKwh: plausible('approvalGPerKwh')
      .optional()
      .openapi({ description: "NOx limit of type approval for this truck in place of its stage's, g/kWh" }),
    inUseGPerKwh: plausible('inUseGPerKwh')
      .optional()
      .openapi({ description: "In-use NOx limit for this truck in place of its stage's, g/kWh" }),
  })
  .superRefine((facts, context) => {
    for (const { field, says } of contradictions(facts)) context.addIssue({ code: 'custom', path: [field], message: says });
  });

/** The facts that were given, as they are stored. */
export function givenParameters(values: z.infer<typeof ParametersBody>): Record<string, string | number | boolean> {
  const given: Record<string, string | number | boolean> = {};
  for (const [key, value] of Object.entries(values)) if (value !== undefined) given[key] = value;
  return given;
}

/** A truck to enter. */
export const NewVehicleBody = z
  .strictObject({
    vin: z
      .string()
      .trim()
      .toUpperCase()
      .regex(/^[A-Z0-9]{17}$/, 'must be 17 letters and digits')
      .openapi({ example: 'LZZ5ELSD8EN000007' }),
    plate: plainText(20).openapi({ example: '新B12345' }),
    plateColor: plainText(10).optional(),
    district: plainText(40).optional(),
    enterprise: plainText(100).optional(),
    useType: plainText(40).optional(),
    fittedAt: z.iso.datetime({ offset: true }).optional(),
    demo: z.boolean().default(false),
    parameters: ParametersBody,
  })
  .openapi('NewVehicle');
