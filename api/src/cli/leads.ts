import { z } from 'zod';
import { command, json, print, UsageError, type WithApi } from './command.ts';

const Lead = z.looseObject({
  id: z.string(),
  vehicle: z.object({ vin: z.string(), plate: z.string(), district: z.string().nullable() }),
  cause: z.string(),
  level: z.string(),
  state: z.string(),
  firstDay: z.string(),
  lastDay: z.string(),
  findings: z.number(),
  headline: z.looseObject({ id: z.string(), rule: z.string(), explanation: z.string() }).nullable(),
});
const Page = z.object({ leads: z.array(Lead), nextCursor: z.string().nullable() });

/** Leads, the most urgent first. */
export function leadsCommand(withApi: WithApi) {
  return command({
    meta: { name: 'leads', description: 'Leads (疑似超标线索 and repair leads), the most urgent first' },
    args: {
      state: { type: 'string', description: 'open, closed, withdrawn (several: separated by commas)', default: 'open' },
      cause: { type: 'string', description: 'overLimit, scrFault, urea, tamper, … (several: separated by commas)' },
      level: { type: 'string', description: 'probable, suspected, fault, attention (several: separated by commas)' },
      vehicle: { type: 'string', description: 'Number of a truck' },
      limit: { type: 'string', description: 'How many at most; more than 200 are asked for page by page', default: '50' },
      lang: { type: 'string', description: 'zh or en', default: 'zh' },
      json,
    },
    run: ({ args }) =>
      withApi(async (call) => {
        const wanted = Number(args.limit);
        if (!Number.isInteger(wanted) || wanted < 1) throw new UsageError('--limit must be a whole number above zero.');
        const leads: z.infer<typeof Lead>[] = [];
        let cursor: string | null = null;
        do {
          const query = new URLSearchParams({
            state: args.state,
            lang: args.lang,
            limit: String(Math.min(200, wanted - leads.length)),
          });
          for (const name of ['cause', 'level', 'vehicle'] as const) {
            const value = args[name];
            if (value !== undefined) query.set(name, value);
          }
          if (cursor !== null) query.set('cursor', cursor);
          const page: z.infer<typeof Page> = Page.parse(await call('GET', `/api/v1/leads?${query}`));
          leads.push(...page.leads);
          cursor = page.nextCursor;
        } while (cursor !== null && leads.length < wanted);
        const lines = leads.map((lead) =>
          [
            `${lead.id}  ${lead.level}  ${lead.cause}  ${lead.vehicle.plate} ${lead.vehicle.vin}  ${lead.firstDay} … ${lead.lastDay}  ${lead.state}`,
            ...(lead.headline ? [`    ${lead.headline.rule} ${lead.headline.id}: ${lead.headline.explanation}`] : []),
          ].join('\n'),
        );
        const more = cursor === null ? [] : ['more leads follow; give a higher --limit'];
        print(leads, args.json, [...lines, ...more].join('\n') || 'no leads');
      }),
  });
}
