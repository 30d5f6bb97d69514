/** Random numbers that are the same in every run (mulberry32). */
export interface Random {
  /** From 0 up to, not including, `below`. */
  whole(below: number): number;
  pick<Item>(items: readonly Item[]): Item;
}

export function createRandom(seed: number): Random {
  let state = seed;
  function whole(below: number): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  }
  return { whole, pick: (items) => items[whole(items.length)] as (typeof items)[number] };
}
