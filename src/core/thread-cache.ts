const drops: (() => void)[] = []

/**
 * Something a thread keeps from one slice to the next, because making it is slow; made when it is first asked for.
 * @returns how to get it.
 */
export function threadCache<T extends object>(make: () => T): () => T {
  let kept: T | null = null
  drops.push(() => {
    kept = null
  })
  return () => (kept ??= make())
}

/** Forgets all of it: nothing is scanned any more. */
export function dropThreadCaches(): void {
  for (const drop of drops) drop()
}
