import Broker, { type TransactionRequest } from 'kafkajs/src/broker/index.js';
import Cluster, { type NodeId } from 'kafkajs/src/cluster/index.js';

const TRANSACTION = 1;

/** The errors of a broker that does not coordinate a transaction, or not yet. */
const NOT_COORDINATING = new Set<unknown>(['NOT_COORDINATOR_FOR_GROUP', 'GROUP_COORDINATOR_NOT_AVAILABLE']);

/**
 * kafkajs looks up the coordinator twice in every transaction, which is a tenth of the time that an alert takes. With this
 * change each client remembers the coordinator for as long as its broker can be reached and does not deny that it is the
 * coordinator. After a denial the next lookup asks again, so that kafkajs' own retries find the new coordinator. kafkajs
 * has no option for this, so its internals are changed and its version is pinned.
 */
export function rememberCoordinators(): void {
  const denials = noteDenials();
  const find = Cluster.prototype.findGroupCoordinator;
  const coordinators = new WeakMap<Cluster, Map<string, NodeId>>();
  Cluster.prototype.findGroupCoordinator = async function (asked) {
    if (asked.coordinatorType !== TRANSACTION) return find.call(this, asked);
    const known = coordinators.get(this) ?? new Map<string, NodeId>();
    coordinators.set(this, known);
    const nodeId = known.get(asked.groupId);
    // If it can't be reached, the lookup below gives the error, if there is one.
    const reached = nodeId === undefined ? undefined : await this.findBroker({ nodeId }).catch(() => undefined);
    if (reached !== undefined && !denials.get(reached)?.delete(asked.groupId)) return reached;
    const found = await find.call(this, asked);
    known.set(asked.groupId, found.nodeId);
    return found;
  };
}

/** The transactions that each broker has denied to coordinate since their coordinator was last looked up. */
function noteDenials(): WeakMap<object, Set<string>> {
  const denials = new WeakMap<object, Set<string>>();
  for (const name of ['initProducerId', 'addPartitionsToTxn', 'endTxn'] as const) {
    const ask = Broker.prototype[name];
    Broker.prototype[name] = async function (asked: TransactionRequest) {
      try {
        return await ask.call(this, asked);
      } catch (error) {
        const { transactionalId } = asked;
        if (transactionalId !== undefined && NOT_COORDINATING.has((error as { readonly type?: unknown }).type)) {
          denials.set(this, (denials.get(this) ?? new Set()).add(transactionalId));
        }
        throw error;
      }
    };
  }
  return denials;
}
