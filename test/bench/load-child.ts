import { type LoadOptions, loadClients } from '@plume/simulators';
import { answerRequests } from './child.ts';

answerRequests<LoadOptions>((options) => loadClients(options));
