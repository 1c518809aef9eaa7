import { parametersWith } from '@plume/ingest/rules';
import { expect, it } from 'vitest';
import { runTreatments, TREATMENTS } from './rates.ts';

/** One truck of stage V each, five days before and after; `npm run road-check` is the whole of it, with its rates. */
it('a real repair is found, none is not, and driving elsewhere alone is no repair, though raw means say so', () => {
  const named = (name: string) => TREATMENTS.filter((each) => each.name === name);
  const judged = runTreatments(
    {
      seed: 7,
      trucks: 1,
      controls: 0,
      daysAfter: 6,
      recordPeriodS: 30,
      firstDate: '2026-07-06',
      parameters: parametersWith({ 'roadCheck.days': 5, 'roadCheck.draws': 300 }),
    },
    [...named('real repair'), ...named('no repair'), ...named('no repair, town → trunk roads')],
  );
  expect(judged.map(({ verdict, reason, rawSays }) => [verdict, reason, rawSays])).toEqual([
    ['repaired', 'underLimit', true],
    ['notRepaired', 'overGuardedLimit', false],
    ['notYetDecidable', 'operationDiffers', true],
  ]);
}, 60_000);
