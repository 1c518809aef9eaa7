import { z } from '@hono/zod-openapi';
import { describeMessage } from '@plume/ingest/protocol';

const Named = { zh: z.string(), en: z.string() };

const FrameField = z.object({
  offset: z.number().openapi({ description: 'From the first byte kept' }),
  bytes: z.string(),
  id: z.string(),
  ...Named,
  raw: z.number().nullable(),
  value: z.union([z.number(), z.string(), z.null()]),
  unit: z.string(),
  quality: z.string().nullable(),
  note: z.string(),
});

/** One native frame field by field. */
export const Frame = z
  .object({
    field: z.string(),
    ok: z.boolean(),
    offset: z.number(),
    length: z.number(),
    command: z.object({ code: z.number(), ...Named }).nullable(),
    vin: z.string().nullable(),
    layout: z.string().nullable(),
    sections: z.array(z.object({ ...Named, offset: z.number(), length: z.number(), fields: z.array(FrameField) })),
    problems: z.array(z.object({ code: z.string(), field: z.string(), reason: z.string() })),
  })
  .openapi('Frame');

/** The bytes kept of a message, as hex and as what they mean. */
export interface DescribedBytes {
  hex: string | null;
  truncated: boolean;
  text: string | null;
  frames: z.infer<typeof Frame>[] | null;
}

/** What people can see in the bytes of a ledger entry; `sent` is how many there were. */
export function describeBytes(bytes: Uint8Array | null, sent: number): DescribedBytes {
  if (bytes === null) return { hex: null, truncated: sent > 0, text: null, frames: null };
  const message = describeMessage(bytes);
  const native = message.format === 'native';
  return {
    hex: Buffer.from(bytes).toString('hex'),
    truncated: bytes.length < sent,
    text: native ? null : new TextDecoder('utf-8').decode(bytes),
    frames: native
      ? message.frames.map((frame) => ({
          field: frame.field,
          ok: frame.ok,
          offset: frame.offset,
          length: frame.length,
          command: frame.command && { ...frame.command },
          vin: frame.vin,
          layout: frame.layout,
          sections: frame.sections.map((section) => ({ ...section, fields: section.fields.map((field) => ({ ...field })) })),
          problems: frame.problems.map(({ code, field, reason }) => ({ code, field, reason })),
        }))
      : null,
  };
}
