import { type AddressInfo, createServer } from 'node:net';
import { Aedes } from 'aedes';
import { TestBroker } from './test-kit.ts';

/** A broker in a process of its own, so that its memory can be told from that of the peers. Argument `plain`: the library without our doors. */
async function port(): Promise<number> {
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
