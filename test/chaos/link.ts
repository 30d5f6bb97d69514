import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a server through which a test decides what arrives, and where. */
export interface Link {
  readonly port: number;
  /** New connections lead to that port of this machine from now on. Those that stand stay. */
  lead(port: number): void;
  /** Breaks all connections that stand, at once. */
  breakAll(): void;
  /** Nothing arrives any more and nobody is told, as when a cable is pulled: on what stands, and on what is new. */
  hold(): void;
  /** What is new arrives again. What was held stays lost: the server forgets it, and its clients are not told. */
  release(): void;
  close(): Promise<void>;
}

/** Opens a way to a port of this machine. */
export async function openLink(target: number): Promise<Link> {
  const standing = new Set<readonly [Socket, Socket | undefined]>();
  let leadsTo = target;
  let isHeld = false;
  const server = createServer((near) => {
    if (isHeld) {
      near.on('error', () => near.destroy());
      standing.add([near, undefined]);
      return;
    }
    const far = connect({ host: '127.0.0.1', port: leadsTo });
    const pair = [near, far] as const;
    standing.add(pair);
    for (const [from, to] of [pair, [far, near]] as const) {
      from.setNoDelay(true);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        if (from === near) standing.delete(pair);
        // The server's end may go; the client of a held connection is told nothing.
        if (from === near || !near.isPaused()) to.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const breakAll = () => {
    for (const [near, far] of standing) {
      near.destroy();
      far?.destroy();
    }
    standing.clear();
  };
  return {
    port: (server.address() as AddressInfo).port,
    lead: (port) => {
      leadsTo = port;
    },
    breakAll,
    hold: () => {
      isHeld = true;
      for (const [near, far] of standing) {
        near.unpipe();
        near.pause();
        far?.unpipe();
        far?.pause();
      }
    },
    release: () => {
      isHeld = false;
      for (const [, far] of standing) far?.destroy();
    },
    close: async () => {
      breakAll();
      server.close();
      await once(server, 'close');
    },
  };
}
