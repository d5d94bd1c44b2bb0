/**
 * Order of n items by a 32-bit key, stable: least-significant-digit radix sort of indices, 11 bits a pass.
 * @returns the indices 0…n−1 sorted.
 */
export function sortedIndices(keys: Uint32Array): Uint32Array {
  const n = keys.length
  let from = new Uint32Array(n)
  let to = new Uint32Array(n)
  for (let i = 0; i < n; i++) from[i] = i
  for (const shift of [0, 11, 22]) {
    const offsets = bucketOffsets(keys, shift)
    for (let i = 0; i < n; i++) {
      const index = from[i] as number
      const digit = ((keys[index] as number) >>> shift) & 2047
      to[offsets[digit] as number] = index
      offsets[digit] = (offsets[digit] as number) + 1
    }
    ;[from, to] = [to, from]
  }
  return from
}

function bucketOffsets(keys: Uint32Array, shift: number): Uint32Array {
  const counts = new Uint32Array(2048)
  for (let i = 0; i < keys.length; i++) {
    const digit = ((keys[i] as number) >>> shift) & 2047
    counts[digit] = (counts[digit] as number) + 1
  }
  let sum = 0
  for (let digit = 0; digit < 2048; digit++) {
    const count = counts[digit] as number
    counts[digit] = sum
    sum += count
  }
  return counts
}

/** Sorts keys and carries one value with each, stably, into new arrays. */
export function sortPairs(
  keys: Uint32Array,
  values: Uint32Array,
): { keys: Uint32Array; values: Uint32Array } {
  const n = keys.length
  let fromKeys = keys
  let toKeys: Uint32Array = new Uint32Array(n)
  let fromValues = values
  let toValues: Uint32Array = new Uint32Array(n)
  for (const shift of [0, 11, 22]) {
    const offsets = bucketOffsets(fromKeys, shift)
    for (let i = 0; i < n; i++) {
      const key = fromKeys[i] as number
      const digit = (key >>> shift) & 2047
      const at = offsets[digit] as number
      toKeys[at] = key
      toValues[at] = fromValues[i] as number
      offsets[digit] = at + 1
    }
    ;[fromKeys, toKeys] = [toKeys, fromKeys === keys ? new Uint32Array(n) : fromKeys]
    ;[fromValues, toValues] = [toValues, fromValues === values ? new Uint32Array(n) : fromValues]
  }
  return { keys: fromKeys, values: fromValues }
}
