import { z } from '@hono/zod-openapi';

/** One field of a native frame as sent. */
export const FrameField = z.object({
  path: z.string(),
  offset: z.number(),
  hex: z.string(),
  text: z.string(),
});

/** The bytes kept of a message, as hex and as what they mean. */
export interface DescribedBytes {
  hex: string | null;
  truncated: boolean;
  text: string | null;
  fields: z.infer<typeof FrameField>[] | null;
}

/** What people can see in the bytes of a ledger entry; `sent` is how many there were. */
export function describeBytes(bytes: Uint8Array | null, sent: number): DescribedBytes {
  if (bytes === null) return { hex: null, truncated: sent > 0, text: null, fields: null };
  const native = bytes[0] === 0x23 && bytes[1] === 0x23;
  return {
    hex: Buffer.from(bytes).toString('hex'),
    truncated: bytes.length < sent,
    text: native ? null : new TextDecoder('utf-8').decode(bytes),
    fields: null,
  };
}
