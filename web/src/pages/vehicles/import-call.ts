import type { InferResponseType } from 'hono/client';
import { api, CallError, take } from '../../data/client.ts';
import { w } from '../../i18n/words/import.ts';
import { FormFault } from '../../ui/form-fault.ts';

/** What an import would do, or did. */
export type ImportAnswer = InferResponseType<typeof api.vehicles.import.$post, 200>;
export type ImportMode = 'check' | 'all' | 'valid';
type FaultTold = ImportAnswer['faults'][number];

/** Largest file that the service takes [bytes]. */
export const MAX_FILE_BYTES = 4_000_000;

/** The content of a file in base64. */
async function contentOf(file: File): Promise<string> {
  const url = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error ?? new Error('the file cannot be read'));
    reader.readAsDataURL(file);
  });
  return url.slice(url.indexOf(',') + 1);
}

const FILE_FAULTS: Readonly<Record<string, () => string>> = {
  empty: () => w('fileEmpty'),
  oldExcel: () => w('fileOldExcel'),
  notText: () => w('fileNotText'),
  notWorkbook: () => w('fileNotWorkbook'),
  badCsv: () => w('fileBadCsv'),
  tooBig: () => w('fileTooBigUnpacked'),
  tooManyColumns: () => w('fileTooManyColumns'),
  tooManyRows: () => w('fileTooManyRows'),
  noVin: () => w('fileNoVin'),
};

/** Sends a file. What is wrong with the file as a whole is thrown at its field. */
export async function sendImport(file: File, mode: ImportMode, factsFrom: string): Promise<ImportAnswer> {
  const json = {
    name: file.name.slice(0, 200),
    content: await contentOf(file),
    mode,
    ...(factsFrom === '' ? {} : { factsFrom }),
  };
  try {
    return await take(api.vehicles.import.$post({ json }));
  } catch (error) {
    if (error instanceof CallError) {
      const reason = error.fields.find(({ field }) => field === 'body.content')?.reason.split(':')[0] ?? '';
      const words = FILE_FAULTS[reason];
      if (words) throw new FormFault('file', words());
      if (error.code === 'CHANGED') throw new FormFault('file', w('overtaken'));
      if (error.code === 'INVALID' && mode === 'all') throw new FormFault('file', w('someWrong'));
    }
    throw error;
  }
}

const CELL_FAULTS: Readonly<Record<string, (more: FaultTold['more']) => string>> = {
  required: () => w('faultRequired'),
  notNumber: () => w('faultNotNumber'),
  range: (more) => w('faultRange', { min: more.min ?? '', max: more.max ?? '', unit: more.unit ?? '' }),
  vin: () => w('faultVin'),
  terminal: () => w('faultTerminal'),
  stage: () => w('faultStage'),
  date: () => w('faultDate'),
  text: () => w('faultText'),
  twice: (more) => w('faultTwice', { other: more.other ?? '' }),
  plateTaken: ({ vin }) => (vin === undefined ? w('faultPlateElsewhere') : w('faultPlateTaken', { vin })),
  terminalElsewhere: (more) => w('faultTerminalElsewhere', { plate: more.plate ?? '' }),
  terminalRevoked: () => w('faultTerminalRevoked'),
  terminalNew: () => w('faultTerminalNew'),
  yesNo: () => w('faultYesNo'),
  otherDistrict: (more) => w('faultOtherDistrict', { districts: more.districts ?? '' }),
};

/** What is wrong with a cell, in words; the service's own sentence where the page knows none. */
export function cellWords(fault: FaultTold): string {
  return CELL_FAULTS[fault.code]?.(fault.more) ?? fault.says;
}
