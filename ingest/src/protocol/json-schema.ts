import { z } from 'zod';
import { JSON_VERSION, MAX_ABSOLUTE, MAX_SAMPLES, MAX_SEQ } from './json-limits.ts';
import { REJECT_CODES, type RejectCode } from './reject-codes.ts';
import { SIGNALS, type SignalId, toPhysical } from './signals.ts';
import { ISO_TIME, MAX_EPOCH_MS, MIN_EPOCH_MS, parseIsoTime } from './time.ts';

function signalSchema(signal: (typeof SIGNALS)[number]) {
  const [low, high] = [toPhysical(signal, signal.rawMin), toPhysical(signal, signal.rawMax)];
  return z
    .number()
    .min(-MAX_ABSOLUTE)
    .max(MAX_ABSOLUTE)
    .nullable()
    .optional()
    .meta({
      description: `${signal.zh} ${signal.en}${signal.unit === '' ? '' : `, ${signal.unit}`}. Kept in steps of ${signal.scale}; a value outside ${low} … ${high} is stored as missing (outOfRange), null as not available.`,
      'x-unit': signal.unit,
      'x-resolution': signal.scale,
      'x-range': [low, high],
    });
}

type SignalShape = Record<SignalId, ReturnType<typeof signalSchema>>;

/** One property a signal. Unknown keys are counted and ignored. */
const signalShape = Object.fromEntries(SIGNALS.map((signal) => [signal.id, signalSchema(signal)])) as SignalShape;

/** Time of a sample: ISO 8601 with seconds and offset, or epoch milliseconds; 1970 to 2099. */
const timeSchema = z.union([
  z
    .string()
    .regex(ISO_TIME)
    .refine((text) => parseIsoTime(text) >= 0, 'no real date between 1970 and 2099')
    .meta({ description: 'ISO 8601 with seconds and an offset', examples: ['2023-05-18T14:30:00+08:00'] }),
  z
    .number()
    .min(MIN_EPOCH_MS)
    .max(MAX_EPOCH_MS)
    .meta({ description: 'Epoch milliseconds', examples: [1_684_391_400_000] }),
]);

/** One sample of a JSON message: its time and any of the signals in physical units. */
export const sampleSchema = z.looseObject({
  t: timeSchema.meta({ description: 'When the values were measured, by the terminal; floored to the second' }),
  ...signalShape,
});

/** A JSON message on `up`. The decoder has a reader of its own for speed; a test holds the two together. */
export const messageSchema = z.looseObject({
  v: z.literal(JSON_VERSION).meta({ description: 'Version of the message form' }),
  seq: z.int().min(0).max(MAX_SEQ).optional().meta({ description: 'Sequence number of the sender; not used to tell duplicates' }),
  samples: z
    .array(sampleSchema)
    .min(1)
    .max(MAX_SAMPLES)
    .meta({ description: 'One sample a second at most; of a key given twice the last counts' }),
});

const codes = Object.keys(REJECT_CODES) as [RejectCode, ...RejectCode[]];

/** The verdict on `down`: one message was not stored, or not whole. */
export const verdictSchema = z.object({
  v: z.literal(1),
  kind: z.literal('reject'),
  code: z.enum(codes).meta({ description: codes.map((code) => `${code}: ${REJECT_CODES[code].en}`).join('; ') }),
  field: z
    .string()
    .meta({ description: 'Full path of what was wrong', examples: ['samples[3].t', 'frame[0].data.body[1].sampleTime', ''] }),
  reason: z.string().meta({ description: 'What is wrong and what to do' }),
  received: z.iso.datetime({ offset: true }).meta({ description: 'When the message was received' }),
});

/** JSON Schema (draft 7) of a JSON message, as text. */
export function jsonMessageSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(messageSchema, { target: 'draft-7' }), null, 2)}\n`;
}
