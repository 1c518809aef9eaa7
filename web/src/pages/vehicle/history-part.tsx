import type { ComponentChildren } from 'preact';
import { Read } from '../../ui/states.tsx';
import { type TruckHistory, useHistory } from './history.ts';
import { PeriodBar } from './period-bar.tsx';

/** A part of the file over the days that are shown: the bar that chooses them, then what was read of them, or words where that is nothing. */
export function HistoryPart({
  vehicleId,
  twin,
  nothing,
  children,
}: {
  vehicleId: number;
  twin: boolean;
  nothing?: (history: TruckHistory) => string | null;
  children: (history: TruckHistory) => ComponentChildren;
}) {
  const query = useHistory(vehicleId);
  return (
    <>
      <PeriodBar twin={twin} />
      <Read query={query}>
        {(history) => {
          const words = nothing?.(history) ?? null;
          return words === null ? children(history) : <p class="hint quiet">{words}</p>;
        }}
      </Read>
    </>
  );
}
