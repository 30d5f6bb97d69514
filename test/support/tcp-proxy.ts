import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface TcpProxy {
  readonly port: number;
  /** Breaks all connections and refuses new ones, as a server that goes away. */
  cut(): Promise<void>;
  restore(): Promise<void>;
  /**
   * Lets nothing through any more, and says nothing of it, as a network that swallows packets.
   * @param answers pieces of what the server says that still come through
   */
  hush(answers?: number): void;
  isHushed(): boolean;
  /** The same for the connections that stand: new ones come about, as after a firewall that forgot the old ones. */
  strand(): void;
}

/** A way to a server that can be cut. */
export async function createTcpProxy(host: string, port: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let isHushed = false;
  let answersLeft = Number.POSITIVE_INFINITY;
  const silence = () => {
    isHushed = true;
    for (const socket of sockets) socket.unpipe().resume();
  };
  const proxy = createServer((near) => {
    if (isHushed) {
      sockets.add(near.resume().on('error', () => undefined));
      return;
    }
    const far = connect({ host, port });
    far.on('data', () => {
      if (--answersLeft <= 0) silence();
    });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => sockets.delete(one));
    }
  });
  const listen = (on: number) => new Promise<void>((resolve) => proxy.listen(on, '127.0.0.1', resolve));
  await listen(0);
  const own = (proxy.address() as AddressInfo).port;
  return {
    port: own,
    cut: () =>
      new Promise((resolve) => {
        proxy.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
    restore: () => {
      isHushed = false;
      answersLeft = Number.POSITIVE_INFINITY;
      return listen(own);
    },
    isHushed: () => isHushed,
    strand() {
      for (const socket of sockets) socket.unpipe().resume();
    },
    hush(answers = 0) {
      answersLeft = answers;
      if (answers <= 0) silence();
    },
  };
}
