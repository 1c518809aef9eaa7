import { createHmac } from 'node:crypto';

/** Header that carries the signature of a webhook. */
export const SIGNATURE_HEADER = 'Plume-Signature';

/**
 * Value of that header: `t=<epoch seconds>,v1=<hex>`, where v1 is HMAC-SHA256 with the channel's key over `<t>.<body>`, the body byte by
 * byte as it is sent. A receiver makes it again, compares, and refuses a `t` more than five minutes from its own clock (docs/webhooks.md).
 */
export function signatureOf(key: string, atSec: number, body: string): string {
  return `t=${atSec},v1=${createHmac('sha256', key).update(`${atSec}.${body}`, 'utf8').digest('hex')}`;
}
