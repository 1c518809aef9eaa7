import { type AddressInfo, createServer } from 'node:net';
import { Aedes } from 'aedes';
import { startTcp } from './tcp/test-terminal.ts';
import { TestBroker } from './test-kit.ts';

/** The TCP door while nothing can be stored: the worst case for memory. */
async function tcpPort(): Promise<number> {
  const kit = await startTcp();
  kit.holds = true;
  return kit.broker.ports.tcp ?? 0;
}

async function port(): Promise<number> {
  if (process.argv[2] === 'tcp') return await tcpPort();
  if (process.argv[2] !== 'plain') return (await TestBroker.start()).port;
  const plain = await Aedes.createBroker();
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    plain.handle(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

process.on('disconnect', () => process.exit(0));
process.on('message', () => process.send?.({ rss: process.memoryUsage().rss }));
process.send?.({ port: await port() });
