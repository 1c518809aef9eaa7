import { documentName } from '../../i18n/words/codes.ts';

/** Documents that can be issued, in the order in which they are offered. */
export const DOCUMENT_KINDS = ['repairNotice', 'rectification', 'caseReport', 'evidenceSheet'] as const;
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

export { documentName };

/** Whether it is numbered and has a deadline. */
export function isNotice(kind: string): boolean {
  return kind === 'repairNotice' || kind === 'rectification';
}
