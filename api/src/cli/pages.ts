import { z } from 'zod';
import type { ApiCall } from '../call.ts';
import { UsageError } from './command.ts';

/** What a command needs of a truck. */
export const Vehicle = z.object({ id: z.number(), vin: z.string(), plate: z.string(), state: z.string() });

/** All rows of a list, page after page. */
export async function allPages<T>(call: ApiCall, path: string, key: string, row: z.ZodType<T>): Promise<T[]> {
  const rows: T[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = z
      .looseObject({ nextCursor: z.string().nullable() })
      .parse(await call('GET', `${path}?limit=500${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`));
    rows.push(...z.array(row).parse(page[key]));
    cursor = page.nextCursor;
  }
  return rows;
}

/** The id of the truck with that VIN. */
export async function vehicleIdOf(call: ApiCall, vin: string): Promise<number> {
  const found = (await allPages(call, '/api/v1/vehicles', 'vehicles', Vehicle)).find((each) => each.vin === vin.toUpperCase());
  return (
    found?.id ?? refuse(`There is no truck with VIN ${vin}. Enter it first: npm run plume -- vehicle add --vin ${vin} --plate …`)
  );
}

function refuse(message: string): never {
  throw new UsageError(message);
}
