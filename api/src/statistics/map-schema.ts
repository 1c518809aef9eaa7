import { z } from '@hono/zod-openapi';
import { MAP_MEASURES } from './map.ts';
import { PeriodSchema } from './schemas.ts';

const Numeric = z.number().nullable();

/** Emission by cell of the map: columns of one length, a cell a place. */
export const MapSchema = z
  .object({
    period: PeriodSchema,
    measure: z.enum(MAP_MEASURES),
    hours: z.array(z.number()).readonly().nullable(),
    cellDeg: z.number(),
    leastPasses: z.number(),
    x: z.array(z.number()).readonly(),
    y: z.array(z.number()).readonly(),
    noxG: z.array(z.number()).readonly(),
    km: z.array(z.number()).readonly(),
    passes: z.array(z.number()).readonly(),
    validShare: z.array(Numeric).readonly(),
    z: z.array(Numeric).readonly(),
    hot: z.array(z.number()).readonly(),
    cells: z.number(),
    compared: z.number(),
  })
  .openapi('EmissionMap');
