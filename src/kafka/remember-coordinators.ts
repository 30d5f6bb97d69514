import Cluster, { type NodeId } from 'kafkajs/src/cluster/index.js';

const TRANSACTION = 1;

/**
 * kafkajs looks up the coordinator twice in every transaction, which is a tenth of the time that an alert takes. With this
 * change each client remembers the coordinator for as long as its broker can be reached. If that broker is no longer the
 * coordinator, the transaction fails, and the publisher makes a new producer with a new client. kafkajs has no option for
 * this, so its internals are changed and its version is pinned.
 */
export function rememberCoordinators(): void {
  const find = Cluster.prototype.findGroupCoordinator;
  const coordinators = new WeakMap<Cluster, Map<string, NodeId>>();
  Cluster.prototype.findGroupCoordinator = async function (asked) {
    if (asked.coordinatorType !== TRANSACTION) return find.call(this, asked);
    const known = coordinators.get(this) ?? new Map<string, NodeId>();
    coordinators.set(this, known);
    const nodeId = known.get(asked.groupId);
    // If it can't be reached, the lookup below gives the error, if there is one.
    const reached = nodeId === undefined ? undefined : await this.findBroker({ nodeId }).catch(() => undefined);
    if (reached !== undefined) return reached;
    const found = await find.call(this, asked);
    known.set(asked.groupId, found.nodeId);
    return found;
  };
}
