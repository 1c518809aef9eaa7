import { render } from 'preact';
import './styles/base.css';
import './styles/shell.css';
import './styles/parts.css';
import { App } from './shell/app.tsx';
import { followDemo } from './shell/demo.ts';
import { followHealth } from './shell/health.ts';
import { listenForKeys } from './state/keys.ts';
import { followLive } from './state/live.ts';
import { listenForSteps } from './state/place.ts';
import { begin } from './state/session.ts';

const root = document.getElementById('app');
if (!root) throw new Error('index.html has no #app');
render(<App />, root);
listenForSteps();
listenForKeys();
// A set-up link that is opened where the console is open already changes the hash alone.
addEventListener('hashchange', () => void begin());
await begin();
followLive();
followHealth();
followDemo();
