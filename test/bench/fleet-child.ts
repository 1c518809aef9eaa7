import { setTimeout as sleep } from 'node:timers/promises';
import { apiCall } from '@plume/api';
import { defaultFleet, registerFleet, runFleet } from '@plume/simulators';
import { answerRequests } from './child.ts';

/** Runs the demonstration fleet against a service for some seconds, in the present, at real rate. */
export interface FleetRequest {
  readonly url: string;
  readonly token: string;
  readonly mqttPort: number;
  readonly trucks: number;
  readonly seconds: number;
}

answerRequests<FleetRequest>(async ({ url, token, mqttPort, trucks, seconds }) => {
  const specs = defaultFleet(1, { trucks });
  const secrets = await registerFleet(
    apiCall((path, init) => fetch(new URL(path, url), init), token),
    specs,
  );
  const end = new AbortController();
  const run = runFleet({
    specs,
    credentials: (terminalId) => secrets.get(terminalId) ?? '',
    url: `mqtt://127.0.0.1:${mqttPort}`,
    signal: end.signal,
  });
  await sleep(seconds * 1000);
  end.abort();
  return await run;
});
