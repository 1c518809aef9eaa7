import { hexByte } from './bytes.ts';
import { describeMessage, type FrameDescription, type MessageDescription } from './describe.ts';
import type { FieldDescription } from './describe-fields.ts';
import type { Rejection } from './messages.ts';
import { REJECT_CODES } from './reject-codes.ts';

const BYTES_WIDTH = 16;
const NAME_WIDTH = 58;

/** Columns a text takes on a terminal: Chinese characters take two. */
function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += (character.codePointAt(0) ?? 0) >= 0x2e80 ? 2 : 1;
  return width;
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(1, width - displayWidth(text)));
}

function shortBytes(hex: string): string {
  return hex.length <= BYTES_WIDTH ? hex : `${hex.slice(0, BYTES_WIDTH - 1)}…`;
}

function valueText(field: FieldDescription): string {
  if (field.value === null) return field.quality === null ? '' : `no value (${field.quality})`;
  const shown =
    typeof field.value === 'string' && field.value === field.bytes && field.bytes.length > BYTES_WIDTH ? '' : String(field.value);
  const unit = field.unit === '' ? '' : ` ${field.unit}`;
  return field.raw === null || field.raw === field.value ? `${shown}${unit}` : `${shown}${unit}  (raw ${field.raw})`;
}

function fieldLine(field: FieldDescription): string {
  const note = field.note === '' ? '' : `  — ${field.note}`;
  const name = pad(`${field.zh} ${field.en}`, NAME_WIDTH);
  return `${String(field.offset).padStart(6)}  ${pad(shortBytes(field.bytes), BYTES_WIDTH + 1)} ${name} ${valueText(field)}${note}`.trimEnd();
}

function problemLines(problems: readonly Rejection[]): string[] {
  return problems.flatMap((problem) => {
    const entry = REJECT_CODES[problem.code];
    const where = problem.field === '' ? '' : ` at ${problem.field}`;
    return [`  ✗ ${problem.code} ${entry.zh}${where}: ${problem.reason}`, `    what to do: ${entry.action}`];
  });
}

function frameLines(frame: FrameDescription): string[] {
  const command = frame.command === null ? 'no frame' : `${hexByte(frame.command.code)} ${frame.command.zh} ${frame.command.en}`;
  const layout = frame.layout === null ? '' : `, layout ${frame.layout}`;
  const vin = frame.vin === null ? '' : `, VIN ${frame.vin}`;
  const lines = [
    `${frame.field}: bytes ${frame.offset}–${frame.offset + frame.length - 1} (${frame.length}), ${command}${vin}${layout}`,
  ];
  lines.push(...problemLines(frame.problems));
  for (const part of frame.sections) lines.push(`  ${part.zh} ${part.en}`, ...part.fields.map(fieldLine));
  const { samples, obd, controls } = frame.records;
  lines.push(
    `  gives ${samples} sample${samples === 1 ? '' : 's'}, ${obd} OBD block${obd === 1 ? '' : 's'}, ${controls} control record${controls === 1 ? '' : 's'}`,
  );
  return lines;
}

/** The description as text for a terminal window: each field with its offset, bytes, names, value, unit and quality; problems first. */
export function renderDescription(message: MessageDescription): string {
  const whole = message.frames.length === 0 ? problemLines(message.problems) : [];
  const kind =
    message.format === 'json' && message.problems.length === 0
      ? ['A JSON message that the service takes whole; its text is its description.']
      : [];
  return `${[...kind, ...whole, ...message.frames.flatMap(frameLines)].join('\n')}\n`;
}

/** Describes bytes or their hex text, field by field, as text. Never throws; broken input is explained. */
export function describeFrame(input: Uint8Array | string): string {
  return renderDescription(describeMessage(input));
}
