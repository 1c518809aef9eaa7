import { useSignal } from '@preact/signals';
import { w } from '../../i18n/words/evidence.ts';
import { clockTime } from '../../model/format.ts';
import { Term } from '../../ui/term.tsx';
import type { Trace } from './evidence.ts';

type StateName = Trace['states'][number]['state'];

/** States that are a problem of the data, and not a condition of the method. */
const PROBLEMS: readonly StateName[] = [
  'missing',
  'error',
  'outOfRange',
  'notReady',
  'stuck',
  'implausible',
  'noFlow',
  'noPower',
];

/** Whether the data are at fault, and not a condition of the method. */
export function isProblem(state: StateName): boolean {
  return PROBLEMS.includes(state);
}

function toneOf(state: StateName): string {
  if (state === 'judged') return 'judged';
  if (state === 'noData') return 'none';
  return isProblem(state) ? 'problem' : 'excluded';
}

/** Which samples are judged: dark where they are, grey where the rules leave them out, hatched where the data are no good. */
export function JudgementStrip({ trace, from, to, at }: { trace: Trace; from: number; to: number; at: number | null }) {
  const over = useSignal<number | null>(null);
  const span = Math.max(1, to - from);
  const sec = over.value ?? at;
  const here = sec === null ? undefined : trace.states.find((each) => each.fromSec <= sec && sec < each.toSec);
  const x = (each: number) => ((Math.max(from, Math.min(to, each)) - from) / span) * 1000;
  return (
    <div class="strip">
      <div class="strip-words">
        <Term id="excluded">{w('judgement')}</Term>
        {here && sec !== null && (
          <span>
            <span class="quiet">{clockTime(sec * 1000)}</span> {w(here.state)}
          </span>
        )}
        <span class="fill" />
        <span class="key judged">{w('judged')}</span>
        <span class="key excluded">{w('keyExcluded')}</span>
        <span class="key problem">{w('keyProblem')}</span>
      </div>
      <svg
        viewBox="0 0 1000 10"
        preserveAspectRatio="none"
        role="img"
        aria-label={w('judgement')}
        onPointerMove={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          over.value = from + ((event.clientX - box.left) / box.width) * span;
        }}
        onPointerLeave={() => (over.value = null)}
      >
        <defs>
          <pattern id="hatch" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect width="1.6" height="4" class="hatch" />
          </pattern>
        </defs>
        {trace.states.map((each) => (
          <rect
            key={each.fromSec}
            class={toneOf(each.state)}
            x={x(each.fromSec)}
            y="0"
            width={Math.max(0.6, x(each.toSec) - x(each.fromSec))}
            height="10"
          />
        ))}
      </svg>
    </div>
  );
}
