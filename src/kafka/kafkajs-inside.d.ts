/** The internals of kafkajs 2.2.4, as far as they are used here. */
declare module 'kafkajs/src/cluster/index.js' {
  export type NodeId = number | string;

  export interface Broker {
    readonly nodeId: NodeId;
  }

  export default class Cluster {
    /** @param asked.coordinatorType 0: coordinator of a group, 1: of transactions */
    findGroupCoordinator(asked: { readonly groupId: string; readonly coordinatorType?: number }): Promise<Broker>;
    /** Where logs begin or end, by the cluster's isolation level. */
    fetchTopicsOffset(topics: readonly object[]): Promise<object[]>;
    findBroker(asked: { readonly nodeId: NodeId }): Promise<Broker>;
  }
}

declare module 'kafkajs/src/broker/index.js' {
  /** As far as it is looked at. */
  export interface TransactionRequest {
    /** undefined: the producer makes no transactions. */
    readonly transactionalId?: string | undefined;
  }

  /** The requests of transactions, which their coordinator answers. */
  export default class Broker {
    initProducerId(asked: TransactionRequest): Promise<unknown>;
    addPartitionsToTxn(asked: TransactionRequest): Promise<unknown>;
    endTxn(asked: TransactionRequest): Promise<unknown>;
  }
}

declare module 'kafkajs/src/network/requestQueue/index.js' {
  /** A connection's requests. */
  export default class RequestQueue {
    /** Requests that are held back: too many are in flight, or the broker throttles the client. */
    readonly pending: readonly unknown[];
    /** Requests in flight, by correlation id. */
    readonly inflight: Map<number, unknown>;
    /** Checks the pending requests again after a while. */
    scheduleCheckPendingRequests(): void;
    /** Resolves when no requests are left. */
    waitForPendingRequests(): Promise<void>;
    constructor(options: {
      readonly maxInFlightRequests: number;
      readonly requestTimeout: number;
      readonly enforceRequestTimeout: boolean;
      readonly clientId: string;
      readonly broker: string;
      readonly logger: { namespace(): unknown; debug(): void };
    });
    /** Rejects all requests, as when the connection breaks. */
    rejectAll(error: Error): void;
    listenerCount(event: 'requestQueueEmpty'): number;
  }
}

declare module 'kafkajs/src/protocol/requests/fetch/index.js' {
  type FetchResponse = import('./records/fetch-response.js').FetchResponse;

  /** Decodes a response to Fetch. */
  export interface FetchResponseReader {
    decode(raw: Buffer): Promise<FetchResponse>;
    /** @throws KafkaJSProtocolError the first error of a partition */
    parse(data: FetchResponse): Promise<FetchResponse>;
  }

  /** The part of a request that is used. */
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
    /** Called when the log does not have the offset that was fetched. */
    recoverFromOffsetOutOfRange(error: { readonly topic: string; readonly partition: number }): Promise<void>;
  }
}

declare module 'kafkajs/src/consumer/runner.js' {
  import type { NodeId } from 'kafkajs/src/cluster/index.js';
  import type ConsumerGroup from 'kafkajs/src/consumer/consumerGroup.js';

  /** The main loop of a consumer. */
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
    /** Fetches records from one broker. */
    fetch(nodeId: NodeId): Promise<readonly object[]>;
  }
}

declare module 'kafkajs/src/network/connection.js' {
  import type { Socket } from 'node:net';

  /** A connection to a broker, which uses a new socket each time it connects. */
  export default class Connection {
    socket: Socket | null | undefined;
    disconnect(): Promise<boolean>;
  }
}
