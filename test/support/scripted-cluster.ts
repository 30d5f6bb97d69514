import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** Requests of Kafka's protocol that a scripted cluster knows, with the version that it speaks of each. */
const APIS = {
  Metadata: [3, 1],
  FindCoordinator: [10, 1],
  JoinGroup: [11, 1],
  ApiVersions: [18, 2],
  InitProducerId: [22, 0],
  AddPartitionsToTxn: [24, 0],
} as const;

export type Api = keyof typeof APIS;

/** Answers of a script: what a broker, by its number, says to a request. */
export type Script = Partial<Record<Exclude<Api, 'Metadata' | 'ApiVersions'>, (broker: number) => Buffer>>;

export const int16 = (value: number) => {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
};
export const int32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
export const int64 = (value: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(value));
  return bytes;
};
export const text = (value: string | null) =>
  value === null ? int16(-1) : Buffer.concat([int16(Buffer.byteLength(value)), Buffer.from(value)]);
export const list = (items: readonly Buffer[]) => Buffer.concat([int32(items.length), ...items]);

/**
 * Brokers numbered from 1 on that do what a script says, over TCP: which of several real ones coordinates can't be
 * timed. Each leads a partition of the topic.
 */
export async function startScriptedCluster(size: number, topic: string, script: Script) {
  const asked: string[] = [];
  const servers: Server[] = [];
  const sockets = new Set<Socket>();
  const port = (broker: number) => ((servers[broker - 1] as Server).address() as AddressInfo).port;
  const numbers = Array.from({ length: size }, (_, i) => i + 1);
  const address = (broker: number) => Buffer.concat([int32(broker), text('127.0.0.1'), int32(port(broker))]);

  const metadata = () => {
    const partitions = numbers.map((broker) => {
      const replicas = list([int32(broker)]);
      return Buffer.concat([int16(0), int32(broker - 1), int32(broker), replicas, replicas]);
    });
    const topics = list([Buffer.concat([int16(0), text(topic), Buffer.of(0), list(partitions)])]);
    return Buffer.concat([
      list(numbers.map((broker) => Buffer.concat([address(broker), text(null)]))),
      int32(1),
      topics,
    ]);
  };
  const versions = () => {
    const known = Object.values(APIS).map(([key, version]) => Buffer.concat([int16(key), int16(0), int16(version)]));
    return Buffer.concat([int16(0), list(known), int32(0)]);
  };

  function answer(broker: number, key: number): Buffer {
    const api = (Object.keys(APIS) as Api[]).find((name) => APIS[name][0] === key);
    if (api === 'ApiVersions') return versions();
    if (api === 'Metadata') return metadata();
    const say = api === undefined ? undefined : script[api];
    if (say === undefined) throw new Error(`nobody says what the answer to request ${key} is`);
    asked.push(`${api} of ${broker}`);
    return say(broker);
  }

  for (const broker of numbers) {
    const server = createServer((socket) => {
      sockets.add(socket);
      let received = Buffer.alloc(0);
      socket.on('error', () => undefined);
      socket.on('data', (bytes) => {
        received = Buffer.concat([received, bytes]);
        while (received.length >= 4 && received.length >= 4 + received.readInt32BE(0)) {
          const size = received.readInt32BE(0);
          const reply = Buffer.concat([received.subarray(8, 12), answer(broker, received.readInt16BE(4))]);
          socket.write(Buffer.concat([int32(reply.length), reply]));
          received = received.subarray(4 + size);
        }
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }

  return {
    brokers: numbers.map((broker) => `127.0.0.1:${port(broker)}`),
    /** The answer to who coordinates. */
    coordinatorIs: (broker: number) => Buffer.concat([int32(0), int16(0), text(null), address(broker)]),
    /** Requests that the script answered, as `FindCoordinator of 1`. */
    asked,
    stop() {
      for (const socket of sockets) socket.destroy();
      for (const server of servers) server.close();
    },
  };
}
