import { render } from 'preact';
import 'uplot/dist/uPlot.min.css';
import './styles.css';
import { effect } from '@preact/signals';
import { openLive } from './data/live.ts';
import { hearServerTime } from './state/clock.ts';
import { followFleet, LIST_SIGNALS, refreshFleet, takeLive } from './state/fleet.ts';
import { lostSince, session, useSetupLink } from './state/session.ts';
import { followTruck, readCatalogue, truckSent } from './state/truck.ts';
import { view } from './state/view.ts';
import { App } from './view/app.tsx';
import { listenForKeys } from './view/keys.ts';

const root = document.getElementById('app');
if (!root) throw new Error('index.html has no #app');
render(<App />, root);
listenForKeys();
await useSetupLink();
followFleet();
followTruck();

let closeLive: (() => void) | undefined;
effect(() => {
  const signedIn = session.value === 'in';
  closeLive?.();
  closeLive = undefined;
  if (!signedIn) return;
  void readCatalogue();
  closeLive = openLive(
    LIST_SIGNALS,
    (event) => {
      lostSince.value = null;
      hearServerTime(event.serverTime);
      takeLive(event.samples);
      if (event.samples.some((sample) => sample.vehicleId === view.peek().truck)) truckSent();
    },
    // Whether the service is gone or only the stream, the next call tells.
    () => void refreshFleet(),
  );
});
