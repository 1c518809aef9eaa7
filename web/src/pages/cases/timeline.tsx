import { language } from '../../i18n/index.ts';
import { w } from '../../i18n/words/cases.ts';
import { dayTime, formatValue, NO_VALUE } from '../../model/format.ts';
import { now } from '../../state/clock.ts';
import { type CaseWhole, rowOf, said, sourceWord, stateWord, typeWord, unitOf } from './cases.ts';
import { useStationNames } from './station-names.ts';

type Step = CaseWhole['steps'][number];

/** Who recorded a step where that was nobody with an account. */
const BY: Readonly<Record<string, () => string>> = { plume: () => w('theService'), service: () => w('commandLine') };

/** A value of a step in words. */
function wordOf(step: Step, name: string, stations: ReadonlyMap<number, string>): string {
  const value = step.values[name];
  const field = rowOf(step.kind)?.fields.find((each) => each.name === name);
  if (typeof value === 'boolean') return w(value ? 'yes' : 'no');
  if (typeof value === 'number' && (field?.kind === 'mStation' || field?.kind === 'iStation'))
    return stations.get(value) ?? `${value}`;
  if (typeof value === 'number') {
    const text = formatValue(value, Number.isInteger(value) ? 0 : 2);
    const unit = field ? unitOf(field) : null;
    return unit === null ? text : `${text} ${unit}`;
  }
  if (typeof value === 'string')
    return said(
      field?.choices?.find((each) => each.value === value),
      value,
    );
  return NO_VALUE;
}

/** The sentence of a road check, where the step carries one. */
function Sentence({ step }: { step: Step }) {
  const { figures } = step.values;
  if (typeof figures !== 'object' || figures === null) return null;
  const text: unknown = Reflect.get(figures, language.value);
  return typeof text === 'string' ? <p>{text}</p> : null;
}

function Values({ step, stations }: { step: Step; stations: ReadonlyMap<number, string> }) {
  if (step.kind === 'open') {
    const { type, source } = step.values;
    return (
      <p>
        {typeof type === 'string' && typeWord(type)} · {typeof source === 'string' && sourceWord(source)}
      </p>
    );
  }
  const fields = (rowOf(step.kind)?.fields ?? []).filter(
    ({ name, kind }) => step.values[name] !== undefined && kind !== 'figures',
  );
  if (fields.length === 0) return null;
  return (
    <dl class="step-values">
      {fields.map((field) => (
        <div key={field.name}>
          <dt>{said(field)}</dt>
          <dd>{wordOf(step, field.name, stations)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Every step of a case, the newest first: what, when it happened, who recorded it and when, and the deadline that it set. */
export function Timeline({ found }: { found: CaseWhole }) {
  const stations = useStationNames();
  return (
    <section class="section">
      <h2>{w('way')}</h2>
      <ol class="case-steps">
        {[...found.steps].reverse().map((step) => (
          <li key={step.seq} class={step.from !== step.to ? 'turn' : ''}>
            <div class="step-head">
              <b>{step.kind === 'open' ? w('opened') : said(rowOf(step.kind), step.kind)}</b>
              <span class="num-text">{step.day}</span>
              {step.from !== step.to && <span class="quiet">→ {stateWord(step.to)}</span>}
              {step.due && step.from !== step.to && <span class="quiet">{w('until', { day: step.due.day })}</span>}
            </div>
            <Values step={step} stations={stations} />
            {step.kind === 'roadCheck' && <Sentence step={step} />}
            {step.note && <p class="note">{step.note}</p>}
            {found.files
              .filter((file) => file.seq === step.seq)
              .map((file) => (
                <a key={file.id} class="link small" href={`/api/v1/cases/${found.id}/files/${file.id}`} download={file.name}>
                  {file.name}
                </a>
              ))}
            <p class="quiet small">
              {w('recordedBy', {
                name: step.by.displayName ?? BY[step.by.name]?.() ?? step.by.name,
                time: dayTime(Date.parse(step.recordedAt), now.value),
              })}{' '}
              · {w('stepNumber', { n: step.seq })}
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}
