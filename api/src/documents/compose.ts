import type { DocumentFacts } from './facts.ts';
import { DOCUMENT_NAMES, type DocumentKind } from './fields.ts';
import { toHtml } from './html.ts';
import type { Paper } from './paper.ts';
import { drawQr } from './qr.ts';
import { blocksOf } from './template.ts';
import { isRemote, valuesOf, verifyCommand } from './values.ts';
import { toWord } from './word.ts';

/** Stands at the foot of every page, whatever the template says. */
const LEAD_FOOT = '本件所述为远程 OBD 疑似超标线索，未经法定检验确认，不构成对超标的认定。';

/** The document of a kind that a template and facts make. */
export function paperOf(kind: DocumentKind, template: string, facts: DocumentFacts): Paper {
  const pack = facts.packs.at(-1);
  return {
    title: `${DOCUMENT_NAMES[kind].zh} ${facts.notice?.number ?? facts.case.number}`,
    blocks: blocksOf(template, valuesOf(facts)),
    foot: [
      isRemote(facts) ? LEAD_FOOT : `本件所述情况来自${facts.case.source}，以原始记录或报告为准。`,
      pack === undefined ? '证据：尚未生成证据包' : `证据 ${pack.id}　SHA-256 ${pack.sha256}`,
    ],
    qr: pack === undefined ? null : { text: verifyCommand(pack.id), caption: `扫码得到核验命令。证据包 SHA-256：${pack.sha256}` },
  };
}

/** A document as page and as Word file. */
export async function filesOf(paper: Paper): Promise<{ readonly html: Uint8Array; readonly docx: Uint8Array }> {
  const qr = paper.qr === null ? null : await drawQr(paper.qr.text);
  return { html: new TextEncoder().encode(toHtml(paper, qr)), docx: new Uint8Array(await toWord(paper, qr)) };
}
