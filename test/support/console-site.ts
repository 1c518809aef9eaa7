import { truckSpec, writeHistory } from '@plume/simulators';
import type { Browser } from 'playwright-core';
import { z } from 'zod';
import { EvaluationSite } from './evaluation-site.ts';
import { type Service, startService } from './service.ts';
import { type Look, openVisitor, type Visitor } from './visit.ts';

const DAY_S = 86_400;
const BEIJING_S = 8 * 3600;
const SHIFT_H = 4;
/** Of every account that `signedIn` makes. */
const PASSWORD = 'Kunlun-river-5591';

/** A service over two demonstration trucks that drove a shift yesterday and were judged: one with a failed catalyst, one with diluted urea. */
export async function openConsoleSite(): Promise<{ service: Service; remove(): Promise<void> }> {
  const midnight = Math.floor((Date.now() / 1000 + BEIJING_S) / DAY_S) * DAY_S - BEIJING_S;
  const from = midnight - DAY_S + 7.5 * 3600;
  const site = await EvaluationSite.open(null, (midnight + 60) * 1000);
  try {
    const specs = (['scrFailed', 'ureaDiluted'] as const).map((scenario, i) => {
      const spec = truckSpec(7, i, scenario, { shiftHours: SHIFT_H });
      return {
        ...spec,
        shiftStartS: 8 * 3600,
        terminal: { ...spec.terminal, format: 'A' as const, recordPeriodS: 10 as const, uploadPeriodS: 10 as const },
      };
    });
    await site.enter(specs, (from - 3600) * 1000);
    await site.start();
    await writeHistory({
      specs,
      fromSec: from,
      toSec: from + (SHIFT_H + 1) * 3600,
      accept: (envelope) => site.ingest.accept(envelope),
    });
    await site.evaluator.idle();
    const service = await startService({ dataDir: await site.close() });
    return {
      service,
      remove: async () => {
        await service.stop();
        await site.remove();
      },
    };
  } catch (error) {
    await site.remove();
    throw error;
  }
}

/** Somebody with an account of their own, signed in at a page of their own. */
export async function signedIn(
  service: Service,
  browser: Browser,
  person: { name: string; displayName: string; role: 'officer' | 'analyst' | 'administrator' | 'auditor' },
  look: Look,
): Promise<Visitor> {
  const answer = await service.api('POST', '/api/v1/people', { ...person, districts: null });
  const { path } = z.object({ path: z.string() }).parse(answer);
  const visitor = await openVisitor(browser, look);
  await visitor.context.request.post(`${service.url}/api/v1/links/use`, {
    data: { token: path.split('=').at(-1), password: PASSWORD },
    headers: { origin: service.url },
  });
  return visitor;
}
