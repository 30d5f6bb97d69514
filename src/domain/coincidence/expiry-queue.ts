import type { Instant } from '../time.js';

interface Expiring {
  /** Active up to and including this instant. */
  readonly expires: Instant;
}

/** An index of what expires next: a binary heap, so that an expiry costs only what it takes out. */
export class ExpiryQueue<Entry extends Expiring> {
  private readonly heap: Entry[] = [];

  push(entry: Entry): void {
    const { heap } = this;
    let at = heap.length;
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      const above = heap[parent] as Entry;
      if (above.expires <= entry.expires) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = entry;
  }

  /** Takes out everything that expired before `now`, in order of expiry. */
  takeDue(now: Instant): Entry[] {
    const due: Entry[] = [];
    for (let first = this.heap[0]; first !== undefined && first.expires < now; first = this.heap[0]) {
      due.push(first);
      this.removeFirst();
    }
    return due;
  }

  private removeFirst(): void {
    const { heap } = this;
    const last = heap.pop() as Entry;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      const right = heap[child + 1];
      if (right !== undefined && right.expires < (heap[child] as Entry).expires) child++;
      const below = heap[child] as Entry;
      if (last.expires <= below.expires) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = last;
  }
}
