import type { ApiDeps } from './deps.ts';

/**
 * Lets the doors know of a committed change of the register. The change stands and its answer (a secret told once, for example) must reach
 * the caller even when this fails: then the doors learn of it at their next look at the register's version.
 */
export async function tellDoors(deps: Pick<ApiDeps, 'registry' | 'log'>): Promise<void> {
  try {
    await deps.registry.refresh();
  } catch (err) {
    deps.log.warn({ err }, 'the register was changed, but the doors could not be told at once');
  }
}
