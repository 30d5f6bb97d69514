/**
 * A persistent map: `with` returns a successor, at the cost of what differs. All versions share one Map, which holds
 * the content of the version used last; every other version stores how it differs from the next (shallow binding;
 * Conchon and Filliâtre, A persistent union-find data structure, 2007). Reading a version that is n changes away costs n
 * steps, once. Engines use versions in sequence, which is as fast as a Map.
 */
export class VersionedMap<V> {
  private differs: { readonly from: VersionedMap<V>; readonly by: readonly MapChange<V>[] } | undefined;

  private constructor(private shared: Map<number, V>) {}

  static empty<V>(): VersionedMap<V> {
    return new VersionedMap(new Map());
  }

  get(key: number): V | undefined {
    return this.current().get(key);
  }

  entries(): [number, V][] {
    return [...this.current()];
  }

  /** @param changes the new values of these keys; undefined removes a key */
  with(changes: Iterable<MapChange<V>>): VersionedMap<V> {
    const map = this.current();
    const successor = new VersionedMap(map);
    this.differs = { from: successor, by: exchange(map, changes) };
    return successor;
  }

  /** The shared Map, with the content of this version. */
  private current(): Map<number, V> {
    if (this.differs === undefined) return this.shared;
    const path: VersionedMap<V>[] = [];
    let version: VersionedMap<V> = this;
    for (; version.differs !== undefined; version = version.differs.from) path.push(version);
    for (let older = path.pop(); older !== undefined; older = path.pop()) {
      const { from, by } = older.differs as NonNullable<typeof older.differs>;
      from.differs = { from: older, by: exchange(this.shared, by) };
      older.differs = undefined;
    }
    return this.shared;
  }
}

export type MapChange<V> = readonly [key: number, value: V | undefined];

/** Makes the changes, and returns those that undo them. */
function exchange<V>(map: Map<number, V>, changes: Iterable<MapChange<V>>): MapChange<V>[] {
  const undo: MapChange<V>[] = [];
  for (const [key, value] of changes) {
    undo.push([key, map.get(key)]);
    if (value === undefined) map.delete(key);
    else map.set(key, value);
  }
  return undo;
}
