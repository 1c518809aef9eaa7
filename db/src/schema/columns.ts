import { bigint, customType, timestamp } from 'drizzle-orm/pg-core';

/** Bytes. */
export const bytea = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' });

/** A moment, with time zone. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

/** A whole number of eight bytes, as a number. */
export const int8 = (name: string) => bigint(name, { mode: 'number' });

/** A row's number, given by the database. */
export const identity = () => int8('id').generatedAlwaysAsIdentity().primaryKey();

/** How grave a finding is, rising. */
export const LEVELS = ['event', 'attention', 'fault', 'suspected', 'probable'] as const;
