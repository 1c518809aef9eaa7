import { w } from '../../i18n/words/vehicles.ts';
import { TryLine } from '../../ui/secret.tsx';

/** A fleet of none: how the first terminal comes in. */
export function EmptyFleet({ add }: { add: () => void }) {
  return (
    <div class="empty">
      <h2>{w('emptyTitle')}</h2>
      <p>{w('emptySteps')}</p>
      <ol class="steps">
        <li>{w('emptyOne')}</li>
        <li>
          {w('emptyTwo')}
          <TryLine terminal="T-0001" secret="<secret>" />
        </li>
        <li>{w('emptyThree')}</li>
      </ol>
      <button type="button" class="primary" onClick={add}>
        {w('add')}
      </button>
    </div>
  );
}
