import { monitorEventLoopDelay } from 'node:perf_hooks';

/** What the probe inside a service process has seen since it was last asked. */
export interface ProbeReading {
  /** Delay of the main thread's event loop [ms]; the timer's own 1 ms is in it. */
  readonly loopMs: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Share of one core, all threads of the process together. */
  readonly cpuShare: number;
  readonly rssBytes: number;
  readonly peakRssBytes: number;
}

const SAMPLE_MS = 500;

/** Loaded into the service beside its own code: says that it listens, answers each message with a reading and begins anew. */
if (process.send) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  let cpu = process.cpuUsage();
  let sinceMs = performance.now();
  let peak = 0;
  setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, SAMPLE_MS).unref();
  process.send({ listening: true });
  process.on('message', () => {
    const used = process.cpuUsage(cpu);
    const rss = process.memoryUsage.rss();
    const reading: ProbeReading = {
      loopMs: { p50: delay.percentile(50) / 1e6, p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 },
      cpuShare: (used.user + used.system) / 1e3 / (performance.now() - sinceMs),
      rssBytes: rss,
      peakRssBytes: Math.max(peak, rss),
    };
    delay.reset();
    cpu = process.cpuUsage();
    sinceMs = performance.now();
    peak = 0;
    process.send?.(reading);
  });
}
