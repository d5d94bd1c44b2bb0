/** Disjoint sets of 0…n−1. The root of a set is its smallest member, whatever the order of the unions. */
export class UnionFind {
  readonly #parent: Uint32Array

  constructor(n: number) {
    this.#parent = Uint32Array.from({ length: n }, (_, i) => i)
  }

  find(item: number): number {
    const parent = this.#parent
    let root = item
    while (parent[root] !== root) root = parent[root] as number
    for (let i = item; parent[i] !== root;) {
      const next = parent[i] as number
      parent[i] = root
      i = next
    }
    return root
  }

  union(a: number, b: number): void {
    const [x, y] = [this.find(a), this.find(b)]
    if (x < y) this.#parent[y] = x
    else this.#parent[x] = y
  }
}
