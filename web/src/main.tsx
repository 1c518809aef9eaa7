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

const root = document.getElementById('app');
if (!root) throw new Error('index.html has no #app');
const source = location.hash === '' ? sourceOf(route.peek()) : null;
const begun = begin();
// While the service is asked who is signed in: the page's code is needed next. Where this fails, the page asks for it again, and says so.
if (source !== null) void fetchPage(source).catch(() => null);
render(<App />, root);
listenForSteps();
listenForKeys();
// A set-up link that is opened where the console is open already changes the hash alone.
addEventListener('hashchange', () => void begin());
await begun;
followLive();
followHealth();
followDemo();
