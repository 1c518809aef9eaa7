import {
  AlignmentType,
  BorderStyle,
  Document,
  Footer,
  HeadingLevel,
  ImageRun,
  Packer,
  PageNumber,
  Paragraph,
  Table,
  TableCell,
  TableRow,
  TextRun,
  WidthType,
} from 'docx';
import type { Block, Paper, PaperTable } from './paper.ts';
import type { QrImages } from './qr.ts';

const FONT = { ascii: 'Times New Roman', hAnsi: 'Times New Roman', eastAsia: 'SimSun', cs: 'Times New Roman' };
/** A4 and its margins in twentieths of a point (1 mm = 56.69). */
const MM = 56.69;
const PAGE = { width: Math.round(210 * MM), height: Math.round(297 * MM) };
const TEXT_WIDTH = Math.round(170 * MM);
const LINE = { style: BorderStyle.SINGLE, size: 4, color: '000000' };

function runs(text: string, more: { bold?: boolean; size?: number } = {}): TextRun[] {
  return text
    .split('\n')
    .map(
      (line, i) =>
        new TextRun({ text: line, font: FONT, size: more.size ?? 21, bold: more.bold ?? false, ...(i > 0 ? { break: 1 } : {}) }),
    );
}

function tableOf({ head, rows, weights }: PaperTable): Table {
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const widths = weights.map((weight) => Math.round((TEXT_WIDTH * weight) / sum));
  const line = (cells: readonly string[], bold: boolean) =>
    new TableRow({
      tableHeader: bold,
      cantSplit: true,
      children: cells.map(
        (cell, i) =>
          new TableCell({
            width: { size: widths[i] ?? 1000, type: WidthType.DXA },
            margins: { top: 40, bottom: 40, left: 80, right: 80 },
            children: [new Paragraph({ children: runs(cell, { bold, size: 18 }) })],
          }),
      ),
    });
  return new Table({
    width: { size: TEXT_WIDTH, type: WidthType.DXA },
    columnWidths: widths,
    borders: { top: LINE, bottom: LINE, left: LINE, right: LINE, insideHorizontal: LINE, insideVertical: LINE },
    rows: [...(head ? [line(head, true)] : []), ...rows.map((row) => line(row, false))],
  });
}

function elementsOf(block: Block): (Paragraph | Table)[] {
  switch (block.kind) {
    case 'title':
      return [
        new Paragraph({
          heading: HeadingLevel.TITLE,
          alignment: AlignmentType.CENTER,
          spacing: { after: 160 },
          children: runs(block.text, { bold: true, size: 36 }),
        }),
      ];
    case 'heading':
      return [
        new Paragraph({
          heading: HeadingLevel.HEADING_1,
          keepNext: true,
          spacing: { before: 200, after: 60 },
          children: runs(block.text, { bold: true, size: 24 }),
        }),
      ];
    case 'paragraph':
      return [
        new Paragraph({
          alignment: block.align === 'right' ? AlignmentType.RIGHT : AlignmentType.LEFT,
          spacing: { after: 80, line: 340 },
          children: runs(block.text),
        }),
      ];
    case 'table':
      return [tableOf(block.table), new Paragraph({ spacing: { after: 80 }, children: [] })];
  }
}

function footer(paper: Paper): Footer {
  const small = { font: FONT, size: 14 };
  return new Footer({
    children: [
      ...paper.foot.map((line) => new Paragraph({ children: [new TextRun({ ...small, text: line })] })),
      new Paragraph({
        alignment: AlignmentType.RIGHT,
        children: [new TextRun({ ...small, children: ['第 ', PageNumber.CURRENT, ' 页 共 ', PageNumber.TOTAL_PAGES, ' 页'] })],
      }),
    ],
  });
}

/** A document as a Word file (Office Open XML). */
export async function toWord(paper: Paper, qr: QrImages | null): Promise<Buffer> {
  const verify =
    paper.qr && qr
      ? [
          new Paragraph({
            spacing: { before: 240 },
            children: [
              new ImageRun({
                type: 'png',
                data: qr.png,
                transformation: { width: 100, height: 100 },
                altText: { name: 'QR', title: 'QR', description: paper.qr.text },
              }),
            ],
          }),
          new Paragraph({ children: runs(`${paper.qr.caption}\n${paper.qr.text}`, { size: 16 }) }),
        ]
      : [];
  const margin = { top: Math.round(18 * MM), bottom: Math.round(24 * MM), left: Math.round(20 * MM), right: Math.round(20 * MM) };
  const word = new Document({
    title: paper.title,
    creator: 'Plume',
    styles: { default: { document: { run: { font: FONT, size: 21 } } } },
    sections: [
      {
        properties: { page: { size: PAGE, margin } },
        footers: { default: footer(paper) },
        children: [...paper.blocks.flatMap(elementsOf), ...verify],
      },
    ],
  });
  return await Packer.toBuffer(word);
}
