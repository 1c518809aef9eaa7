import { create, toBuffer, toString as toText } from 'qrcode';

/** A QR code as drawings for the page and for Word. */
export interface QrImages {
  readonly svg: string;
  readonly png: Buffer;
}

const OPTIONS = { errorCorrectionLevel: 'M', margin: 2 } as const;

/** Draws a text as a QR code. */
export async function drawQr(text: string): Promise<QrImages> {
  create(text, OPTIONS);
  return {
    svg: (await toText(text, { ...OPTIONS, type: 'svg' })).trim(),
    png: await toBuffer(text, { ...OPTIONS, type: 'png', scale: 6 }),
  };
}
