import Cluster, { type NodeId } from 'kafkajs/src/cluster/index.js';

const TRANSACTION = 1;

/**
 * kafkajs asks the broker twice in every transaction who coordinates it: a tenth of the time that an alert takes. Here
 * each client's cluster remembers the answer, for as long as that broker can be reached. One that says it coordinates no
 * longer fails the transaction, and whoever publishes then makes a new producer, which knows nothing yet. kafkajs has no
 * option for this: what it does inside is altered, so its version is pinned.
 */
export function rememberCoordinators(): void {
  const find = Cluster.prototype.findGroupCoordinator;
  const coordinators = new WeakMap<Cluster, Map<string, NodeId>>();
  Cluster.prototype.findGroupCoordinator = async function (asked) {
    if (asked.coordinatorType !== TRANSACTION) return find.call(this, asked);
    const known = coordinators.get(this) ?? new Map<string, NodeId>();
    coordinators.set(this, known);
    const nodeId = known.get(asked.groupId);
    // Why it can't be reached, the search below will tell if it matters.
    const reached = nodeId === undefined ? undefined : await this.findBroker({ nodeId }).catch(() => undefined);
    if (reached !== undefined) return reached;
    const found = await find.call(this, asked);
    known.set(asked.groupId, found.nodeId);
    return found;
  };
}
