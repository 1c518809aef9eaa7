import { late } from '../../ui/late.tsx';

/** The way to the first real terminal. Who has trucks does not load its forms with the page. */
export const FirstSteps = late(async () => (await import('./first-terminal.tsx')).FirstTerminal);
