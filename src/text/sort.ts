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
    // Where all keys have one digit, as in the upper bits of lengths, the order stays.
    const first = ((keys[0] ?? 0) >>> shift) & 2047
    if (offsets[first] === 0 && (offsets[first + 1] ?? n) === n) continue
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

/** Bits of the first digit of `sortPairLists`, and of the digits within its buckets. */
const FIRST_BITS = 8
const INNER_BITS = 8

/**
 * Sorts (key, value) pairs by key, stably: `lists` hold a key and a value behind each other, one list follows the other,
 * and all keys agree in their `common` highest bits. The pairs are cut into buckets first, so that every later pass stays in a
 * processor's own cache.
 */
export function sortPairLists(
  lists: readonly Uint32Array[],
  common = 0,
  make: (length: number) => Uint32Array = (length) => new Uint32Array(length),
): { keys: Uint32Array; values: Uint32Array } {
  const n = lists.reduce((sum, list) => sum + list.length / 2, 0)
  const [keys, values] = [make(n), make(n)]
  const left = Math.max(0, 32 - common - FIRST_BITS)
  const starts = cutIntoBuckets(lists, left, { keys, values })
  let largest = 0
  for (let b = 0; b + 1 < starts.length; b++)
    largest = Math.max(largest, (starts[b + 1] as number) - (starts[b] as number))
  const spare = { keys: new Uint32Array(largest), values: new Uint32Array(largest) }
  for (let b = 0; b + 1 < starts.length; b++) {
    const [from, to] = [starts[b] as number, starts[b + 1] as number]
    if (to - from < 2) continue
    const whole = { keys: keys.subarray(from, to), values: values.subarray(from, to) }
    sortBucket(whole, spare, left)
  }
  return { keys, values }
}

interface Pairs {
  keys: Uint32Array
  values: Uint32Array
}

/** Scatters the pairs by the digit above bit `left`; returns where each bucket starts, and the end. */
function cutIntoBuckets(lists: readonly Uint32Array[], left: number, { keys, values }: Pairs): Uint32Array {
  const buckets = 1 << FIRST_BITS
  const starts = new Uint32Array(buckets + 1)
  for (const list of lists) {
    for (let i = 0; i < list.length; i += 2) {
      const bucket = (((list[i] as number) >>> left) & (buckets - 1)) + 1
      starts[bucket] = (starts[bucket] as number) + 1
    }
  }
  for (let b = 0; b < buckets; b++) starts[b + 1] = (starts[b + 1] as number) + (starts[b] as number)
  const next = starts.slice()
  for (const list of lists) {
    for (let i = 0; i < list.length; i += 2) {
      const key = list[i] as number
      const bucket = (key >>> left) & (buckets - 1)
      const at = next[bucket] as number
      keys[at] = key
      values[at] = list[i + 1] as number
      next[bucket] = at + 1
    }
  }
  return starts
}

/** Sorts one bucket in place by its `left` lowest bits. */
function sortBucket(whole: Pairs, spare: Pairs, left: number): void {
  let [from, to] = [whole, spare]
  const n = whole.keys.length
  const mask = (1 << INNER_BITS) - 1
  for (let shift = 0; shift < left; shift += INNER_BITS) {
    scatter(from, to, { n, shift, mask })
    ;[from, to] = [to, from]
  }
  if (from === whole) return
  whole.keys.set(spare.keys.subarray(0, n))
  whole.values.set(spare.values.subarray(0, n))
}

const offsets = new Uint32Array(1 << INNER_BITS)

function scatter(
  { keys, values }: Pairs,
  to: Pairs,
  { n, shift, mask }: { n: number; shift: number; mask: number },
): void {
  offsets.fill(0)
  for (let i = 0; i < n; i++) {
    const digit = ((keys[i] as number) >>> shift) & mask
    offsets[digit] = (offsets[digit] as number) + 1
  }
  let sum = 0
  for (let digit = 0; digit <= mask; digit++) {
    const count = offsets[digit] as number
    offsets[digit] = sum
    sum += count
  }
  const [toKeys, toValues] = [to.keys, to.values]
  for (let i = 0; i < n; i++) {
    const key = keys[i] as number
    const digit = (key >>> shift) & mask
    const at = offsets[digit] as number
    toKeys[at] = key
    toValues[at] = values[i] as number
    offsets[digit] = at + 1
  }
}
