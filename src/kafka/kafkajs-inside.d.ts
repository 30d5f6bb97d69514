/** What kafkajs 2.2.4 has inside, as far as it is used here. */
declare module 'kafkajs/src/cluster/index.js' {
  export type NodeId = number | string;

  export interface Broker {
    readonly nodeId: NodeId;
  }

  export default class Cluster {
    /** @param asked.coordinatorType 0: of a group, 1: of transactions */
    findGroupCoordinator(asked: { readonly groupId: string; readonly coordinatorType?: number }): Promise<Broker>;
    /** Where logs begin or end, as the cluster's isolation level has it. */
    fetchTopicsOffset(topics: readonly object[]): Promise<object[]>;
    findBroker(asked: { readonly nodeId: NodeId }): Promise<Broker>;
  }
}

declare module 'kafkajs/src/network/requestQueue/index.js' {
  /** A connection's requests. */
  export default class RequestQueue {
    /** Those that are held back: others are under way, or the broker wants less of them. */
    readonly pending: readonly unknown[];
    /** Those that are under way, by correlation id. */
    readonly inflight: Map<number, unknown>;
    /** Looks at them again in a while. */
    scheduleCheckPendingRequests(): void;
    /** Resolves when there are none. */
    waitForPendingRequests(): Promise<void>;
    constructor(options: {
      readonly maxInFlightRequests: number;
      readonly requestTimeout: number;
      readonly enforceRequestTimeout: boolean;
      readonly clientId: string;
      readonly broker: string;
      readonly logger: { namespace(): unknown; debug(): void };
    });
    /** Fails all of them, as when the connection breaks. */
    rejectAll(error: Error): void;
    listenerCount(event: 'requestQueueEmpty'): number;
  }
}

declare module 'kafkajs/src/protocol/requests/fetch/index.js' {
  type FetchResponse = import('./records/fetch-response.js').FetchResponse;

  /** How an answer to Fetch is read. */
  export interface FetchResponseReader {
    decode(raw: Buffer): Promise<FetchResponse>;
    /** @throws KafkaJSProtocolError the first error of a partition */
    parse(data: FetchResponse): Promise<FetchResponse>;
  }

  /** As far as it is looked at. */
  export interface FetchRequest {
    readonly topics: readonly {
      readonly topic: string;
      readonly partitions: readonly { readonly partition: number; readonly fetchOffset: string }[];
    }[];
  }

  /** The request Fetch, in each version of the protocol. */
  const requests: {
    protocol(asked: { readonly version: number }): (asked: FetchRequest) => { readonly response: FetchResponseReader };
  };
  export default requests;
}

declare module 'kafkajs/src/protocol/requests/fetch/v0/response.js' {
  import type { FetchResponseReader } from 'kafkajs/src/protocol/requests/fetch/index.js';

  const response: FetchResponseReader;
  export default response;
}

declare module 'kafkajs/src/consumer/consumerGroup.js' {
  interface Partitions {
    readonly topic: string;
    readonly partitions: readonly number[];
  }

  /** A consumer as a member of its group. */
  export default class ConsumerGroup {
    readonly memberId: string | null;
    pause(partitions: readonly Partitions[]): void;
    resume(partitions: readonly Partitions[]): void;
    /** What it does when the log does not have the offset that was asked for. */
    recoverFromOffsetOutOfRange(error: { readonly topic: string; readonly partition: number }): Promise<void>;
  }
}

declare module 'kafkajs/src/consumer/runner.js' {
  import type { NodeId } from 'kafkajs/src/cluster/index.js';
  import type ConsumerGroup from 'kafkajs/src/consumer/consumerGroup.js';

  /** What a consumer does while it runs. */
  export default class Runner {
    /** False as soon as it is being stopped. */
    readonly running: boolean;
    constructor(options: {
      readonly logger: { namespace(): unknown };
      readonly consumerGroup: ConsumerGroup;
      readonly instrumentationEmitter: { emit(name: string, payload: object): void };
      readonly concurrency: number;
      readonly heartbeatInterval: number;
      readonly retry: { readonly retries: number; readonly initialRetryTime?: number };
      onCrash(error: Error): void;
    });
    start(): Promise<void>;
    stop(): Promise<void>;
    /** Asks one broker for records. */
    fetch(nodeId: NodeId): Promise<readonly object[]>;
  }
}

declare module 'kafkajs/src/network/connection.js' {
  import type { Socket } from 'node:net';

  /** A connection to a broker, which connects anew with another socket. */
  export default class Connection {
    socket: Socket | null | undefined;
    disconnect(): Promise<boolean>;
  }
}
