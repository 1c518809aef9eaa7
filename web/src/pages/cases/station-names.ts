import { api, take } from '../../data/client.ts';
import { useQuery } from '../../state/query.ts';

/** Names of stations by their number, the retired ones too. */
export function useStationNames(): ReadonlyMap<number, string> {
  const query = useQuery('stations', (abort) => take(api.stations.$get({}, { init: { signal: abort } })));
  return new Map((query.data.value?.stations ?? []).map((each) => [each.id, each.name]));
}
