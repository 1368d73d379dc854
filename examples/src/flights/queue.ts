/** A priority queue of things that become due: the earliest first. Push and pop take O(log n). */
export class DueQueue<T> {
  readonly #heap: { due: number; value: T }[] = [];

  get size(): number {
    return this.#heap.length;
  }

  push(due: number, value: T): void {
    const heap = this.#heap;
    heap.push({ due, value });
    let child = heap.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (heap[parent]!.due <= heap[child]!.due) break;
      [heap[parent], heap[child]] = [heap[child]!, heap[parent]!];
      child = parent;
    }
  }

  /** Takes the earliest entry when it is due at `now`, otherwise undefined. */
  pop(now: number): T | undefined {
    const heap = this.#heap;
    const first = heap[0];
    if (!first || first.due > now) return undefined;
    const last = heap.pop()!;
    if (heap.length > 0) {
      heap[0] = last;
      let parent = 0;
      for (;;) {
        const left = 2 * parent + 1;
        const right = left + 1;
        let least = parent;
        if (left < heap.length && heap[left]!.due < heap[least]!.due) least = left;
        if (right < heap.length && heap[right]!.due < heap[least]!.due) least = right;
        if (least === parent) break;
        [heap[parent], heap[least]] = [heap[least]!, heap[parent]!];
        parent = least;
      }
    }
    return first.value;
  }
}
