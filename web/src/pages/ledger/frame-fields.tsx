import type { InferResponseType } from 'hono/client';
import type { api } from '../../data/client.ts';
import { nameOf } from '../../i18n/index.ts';
import { w } from '../../i18n/words/ledger.ts';
import { NO_VALUE, THIN } from '../../model/format.ts';
import { codeWords } from './entries.tsx';

type Frame = NonNullable<InferResponseType<(typeof api.ledger)[':id']['$get'], 200>['frames']>[number];

/** Native frames field by field: bytes, meaning, value; what is wrong stands where it is wrong. */
export function FrameFields({ frames }: { frames: readonly Frame[] }) {
  return (
    <>
      {frames.map((frame) => (
        <div class="frame" key={frame.offset}>
          <p>
            <b>{frame.command ? nameOf(frame.command) : frame.field}</b>{' '}
            <span class="quiet">{[frame.vin, frame.layout].filter(Boolean).join(' · ')}</span>
          </p>
          {frame.problems.map((problem) => (
            <p key={`${problem.code} ${problem.field}`} class="refused">
              ▲ {codeWords(problem.code)} <span class="mono">{problem.field}</span> <span lang="en">{problem.reason}</span>
            </p>
          ))}
          {frame.sections.map((section) => (
            <table class="plain-table" key={section.offset}>
              <caption>{nameOf(section)}</caption>
              <thead>
                <tr>
                  <th scope="col">{w('field')}</th>
                  <th scope="col" class="num">
                    {w('value')}
                  </th>
                  <th scope="col">{w('rawBytes')}</th>
                </tr>
              </thead>
              <tbody>
                {section.fields.map((field) => (
                  <tr key={`${field.offset} ${field.id}`}>
                    <th scope="row" class="text" title={field.note}>
                      {nameOf(field)}
                    </th>
                    <td class="num">
                      {field.value === null ? NO_VALUE : String(field.value)}
                      {field.unit && field.value !== null && <span class="unit">{`${THIN}${field.unit}`}</span>}
                    </td>
                    <td class="mono quiet text">{field.bytes}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          ))}
        </div>
      ))}
    </>
  );
}
