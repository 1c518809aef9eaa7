import { z } from 'zod';
import { templateFault } from './body-template.ts';
import { urlFault } from './target.ts';

const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}]*$/u, 'must be one line');
const MAIL = /^[^\s@<>,;"]+@[^\s@<>,;"]+$/;

/** A mail server. `starttls`: plain at first, encrypted before anything is said; a server that cannot is refused. */
export const EmailConfig = z.strictObject({
  host: line(253).regex(/^[\w.:-]+$/, 'must be the name or address of a mail server'),
  port: z.number().int().min(1).max(65_535),
  security: z.enum(['none', 'starttls', 'tls']),
  user: line(200).nullable(),
  from: line(200).regex(MAIL, 'must be a mail address'),
});

const url = line(1000).superRefine((text, context) => {
  // A key may stand in the address; whatever it is, it does not change where it leads.
  const fault = urlFault(text.replace(/\{\{\s*\w+\s*\}\}/g, 'x'));
  if (fault !== null) context.addIssue({ code: 'custom', message: fault });
});

/** A receiver of signed CloudEvents. */
export const WebhookConfig = z.strictObject({ url });

/** A gateway that is posted a filled template. `answerHas`: text that its answer holds when it took the message. */
const Templated = z
  .strictObject({
    url,
    body: z.string().min(1).max(4000),
    form: z.enum(['json', 'form']),
    answerHas: line(200).nullable(),
  })
  .superRefine(({ body, form, url: address }, context) => {
    const fault = templateFault(body, form);
    if (fault !== null) context.addIssue({ code: 'custom', message: fault, path: ['body'] });
    const inUrl = templateFault(address, 'url');
    if (inUrl !== null) context.addIssue({ code: 'custom', message: inUrl, path: ['url'] });
  });

/** Settings of a channel by its kind, as they are stored. */
export const ChannelSettings = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('email'), config: EmailConfig }),
  z.strictObject({ kind: z.literal('webhook'), config: WebhookConfig }),
  z.strictObject({ kind: z.literal('sms'), config: Templated }),
  z.strictObject({ kind: z.literal('wecom'), config: Templated }),
]);
export type ChannelSettings = z.infer<typeof ChannelSettings>;
