/** One sample of the live stream: values in units, null where it has none. */
export interface LiveSample {
  vehicleId: number;
  at: string;
  receivedAt: string;
  values: Record<string, number | null>;
}

/** What the stream says at once. */
export interface LiveEvent {
  serverTime: string;
  samples: LiveSample[];
}

/** Which trucks (null: all) and signals a page watches. */
export interface LiveQuestion {
  vehicles: readonly number[] | null;
  signals: readonly string[];
}

function isLiveEvent(value: unknown): value is LiveEvent {
  return (
    typeof value === 'object' && value !== null && 'samples' in value && Array.isArray(value.samples) && 'serverTime' in value
  );
}

/** The address of a stream. Watching no truck still tells whether the service is there. */
export function liveAddress({ vehicles, signals }: LiveQuestion): string {
  const ids = vehicles === null ? 'all' : vehicles.length === 0 ? '0' : vehicles.slice(0, 500).join(',');
  return `/api/v1/live?vehicles=${ids}${signals.length > 0 ? `&signals=${signals.join(',')}` : ''}`;
}

/**
 * Keeps one live stream open while the page is visible; a hidden page costs nothing. The browser reconnects by itself and asks for what it
 * missed. Returns what closes it.
 */
export function openLive(address: string, heard: (event: LiveEvent) => void, opened: () => void, lost: () => void): () => void {
  let source: EventSource | undefined;
  let reopen: ReturnType<typeof setTimeout> | undefined;
  const close = () => {
    clearTimeout(reopen);
    source?.close();
    source = undefined;
  };
  const open = () => {
    close();
    source = new EventSource(address);
    source.addEventListener('open', opened);
    source.addEventListener('samples', (event: MessageEvent<string>) => {
      const parsed: unknown = JSON.parse(event.data);
      if (isLiveEvent(parsed)) heard(parsed);
    });
    source.addEventListener('error', () => {
      lost();
      // After a refusal the browser gives up; after a lost line it tries again by itself.
      if (source?.readyState === EventSource.CLOSED) reopen = setTimeout(open, 5000);
    });
  };
  const visibility = () => {
    if (document.hidden) close();
    else open();
  };
  document.addEventListener('visibilitychange', visibility);
  visibility();
  return () => {
    document.removeEventListener('visibilitychange', visibility);
    close();
  };
}
