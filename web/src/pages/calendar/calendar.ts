import type { InferResponseType } from 'hono/client';
import type { api } from '../../data/client.ts';

/** The calendar as the API gives it. */
export type Calendar = InferResponseType<typeof api.calendar.$get, 200>;
