import type { Block, Paper, PaperTable } from './paper.ts';
import type { QrImages } from './qr.ts';

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** A text as a string of CSS. */
function cssString(text: string): string {
  return `"${[...text].map((sign) => (/[\w\p{L} .,:;()-]/u.test(sign) ? sign : `\\${sign.codePointAt(0)?.toString(16)} `)).join('')}"`;
}

function tableHtml({ head, rows, weights }: PaperTable): string {
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const columns = weights.map((weight) => `<col style="width:${((100 * weight) / sum).toFixed(2)}%">`).join('');
  const line = (cells: readonly string[], tag: 'td' | 'th') =>
    `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`;
  // A table of names and values, or to sign in, stays on one sheet; a list goes on under its head.
  return `<table${head ? '' : ' class="whole"'}><colgroup>${columns}</colgroup>${head ? `<thead>${line(head, 'th')}</thead>` : ''}<tbody>${rows.map((row) => line(row, 'td')).join('')}</tbody></table>`;
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'title':
      return `<h1>${escaped(block.text)}</h1>`;
    case 'heading':
      return `<h2>${escaped(block.text)}</h2>`;
    case 'paragraph':
      return `<p${block.align === 'right' ? ' class="right"' : ''}>${escaped(block.text)}</p>`;
    case 'table':
      return tableHtml(block.table);
  }
}

const STYLE = `
*{box-sizing:border-box}
html{color:#000;background:#fff;-webkit-print-color-adjust:exact}
body{margin:0 auto;max-width:170mm;font:10.5pt/1.5 "Noto Serif CJK SC","Source Han Serif SC",SimSun,"Songti SC",serif;font-variant-numeric:tabular-nums}
h1{margin:0 0 4mm;text-align:center;font-size:18pt;line-height:1.3;font-weight:700}
h2{margin:3mm 0 1mm;font-size:12pt;font-weight:700;break-after:avoid}
p{margin:0 0 1mm;overflow-wrap:anywhere;white-space:pre-wrap;orphans:2;widows:2}
p.right{text-align:right}
table{width:100%;margin:1mm 0 2mm;border-collapse:collapse;table-layout:fixed;font-size:9pt;line-height:1.45}
th,td{padding:.6mm 1.5mm;border:.2mm solid #000;text-align:left;vertical-align:top;overflow-wrap:anywhere;white-space:pre-wrap}
th{font-weight:700;border-bottom-width:.4mm}
thead{display:table-header-group}
tr,table.whole{break-inside:avoid}
.verify{display:flex;gap:4mm;align-items:center;margin-top:3mm;padding-top:2mm;border-top:.2mm solid #000;font-size:8pt;line-height:1.45;break-inside:avoid}
.verify svg{flex:none;width:20mm;height:20mm}
.verify p{margin:0;white-space:normal}
.verify code{font:7.5pt/1.45 "DejaVu Sans Mono","Noto Sans Mono CJK SC",Consolas,monospace;overflow-wrap:anywhere}
.screen-foot{margin-top:6mm;padding-top:2mm;border-top:.2mm solid #000;font-size:8pt}
@media screen{body{padding:12mm 6mm}}
@media print{.screen-foot{display:none}}
`;

/**
 * A document as one page of HTML with nothing to fetch and nothing that runs: the browser prints it on A4, with page n of m and the lines of
 * the foot on every sheet (CSS Paged Media margin boxes).
 */
export function toHtml(paper: Paper, qr: QrImages | null): string {
  const foot = paper.foot.map(cssString).join(' "\\a " ');
  const page = `@page{size:A4;margin:15mm 20mm 20mm;@bottom-left{content:${foot};white-space:pre;width:130mm;text-align:left;vertical-align:top;padding-top:2mm;font:7pt/1.45 "Noto Sans CJK SC",sans-serif}@bottom-right{content:"第 " counter(page) " 页 共 " counter(pages) " 页";width:40mm;text-align:right;vertical-align:top;padding-top:2mm;font:8pt "Noto Sans CJK SC",sans-serif}}`;
  const verify =
    paper.qr && qr
      ? `<section class="verify">${qr.svg}<p>${escaped(paper.qr.caption)}<br><code>${escaped(paper.qr.text)}</code></p></section>`
      : '';
  const screenFoot = `<footer class="screen-foot">${paper.foot.map((line) => `<p>${escaped(line)}</p>`).join('')}</footer>`;
  return `<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(paper.title)}</title><style>${page}${STYLE}</style></head>\n<body>${paper.blocks.map(blockHtml).join('\n')}\n${verify}${screenFoot}</body></html>\n`;
}
