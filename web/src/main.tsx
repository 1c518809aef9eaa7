import { render } from 'preact';
import './styles/base.css';
import './styles/shell.css';
import './styles/parts.css';
import { App } from './shell/app.tsx';
import { followDemo } from './shell/demo.ts';
import { followHealth } from './shell/health.ts';
import { fetchPage, sourceOf } from './shell/pages.ts';
import { listenForKeys } from './state/keys.ts';
import { followLive } from './state/live.ts';
import { listenForSteps, route } from './state/place.ts';
import { begin } from './state/session.ts';

/** So long a page may stay empty: what would be said meanwhile is only that one is being signed in. */
const SILENT_MS = 400;

const root = document.getElementById('app');
if (!root) throw new Error('index.html has no #app');
const source = location.hash === '' ? sourceOf(route.peek()) : null;
const begun = begin();
// While the service is asked who is signed in: the page's code is needed next. Where this fails, the page asks for it again, and says so.
const code = source === null ? null : fetchPage(source).catch(() => null);
listenForSteps();
listenForKeys();
await Promise.race([Promise.all([begun, code]), new Promise((resolve) => setTimeout(resolve, SILENT_MS))]);
render(<App />, root);
// A set-up link that is opened where the console is open already changes the hash alone.
addEventListener('hashchange', () => void begin());
await begun;
followLive();
followHealth();
followDemo();
