import { z } from '@hono/zod-openapi';
import { plainText } from '../schemas.ts';

/** A number whose plausible range is told when it is outside: a value beyond it is a slip of the pen, such as MW for kW or the tank of another truck. */
function plausible(name: string, unit: string, min: number, max: number) {
  const message = `${name} must be between ${min} and ${max} ${unit} for a heavy diesel truck`;
  return z
    .number({ error: message })
    .min(min, message)
    .max(max, message)
    .openapi({ description: `${unit}, ${min} to ${max}` });
}

/** Registry facts that results depend on, with the range in which each is plausible. */
export const ParametersBody = z.strictObject({
  stage: z.enum(['IV', 'V', 'VI']).openapi({ description: 'China emission stage' }),
  ratedPowerKw: plausible('ratedPowerKw', 'kW', 30, 500),
  referenceTorqueNm: plausible('referenceTorqueNm', 'N·m', 150, 4000).optional(),
  fuelTankL: plausible('fuelTankL', 'L', 40, 2000).optional(),
  ureaTankL: plausible('ureaTankL', 'L', 5, 250).optional(),
  engineModel: plainText(60).optional(),
  aftertreatment: plainText(200)
    .optional()
    .openapi({ description: 'What was fitted to the exhaust, in words', example: 'DOC + DPF + SCR' }),
  ratedRpm: plausible('ratedRpm', 'rpm', 1000, 4000).optional(),
  displacementL: plausible('displacementL', 'L', 2, 20).optional(),
  torqueKind: z
    .enum(['net', 'indicated'])
    .optional()
    .openapi({ description: 'What the torque signal states; absent: found from the data' }),
  workRefKwh: plausible('workRefKwh', 'kWh', 2, 60)
    .optional()
    .openapi({ description: "Work of the engine's type-approval cycle (WHTC), kWh; absent: 0.09 kWh per kW rated" }),
  bsfcRefKgPerKwh: plausible('bsfcRefKgPerKwh', 'kg/kWh', 0.15, 0.35).optional(),
  hasScr: z.boolean().optional().openapi({ description: 'false: built without SCR; absent: found from the signals' }),
  hasDpf: z.boolean().optional().openapi({ description: 'false: built without a wall-flow filter' }),
  approvalGPerKwh: plausible('approvalGPerKwh', 'g/kWh', 0.1, 20)
    .optional()
    .openapi({ description: "NOx limit of type approval for this truck in place of its stage's, g/kWh" }),
  inUseGPerKwh: plausible('inUseGPerKwh', 'g/kWh', 0.1, 20)
    .optional()
    .openapi({ description: "In-use NOx limit for this truck in place of its stage's, g/kWh" }),
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
