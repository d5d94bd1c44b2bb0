import { createHash } from 'node:crypto'

/**
 * The numbers a byte-level BPE needs, in shared memory, so that all workers use one copy. Tokens are numbered by
 * position here; `ids` gives the id the tokenizer file assigns. All arrays survive structured clone.
 */
export interface Vocabulary {
  /** Token t is bytes [start[t], start[t+1]). */
  start: Int32Array
  bytes: Uint8Array
  ids: Uint32Array
  /** Open addressing by `hashBytes`: t + 1, or 0 for an empty slot. */
  slots: Int32Array
  /** Position of the token of each single byte. */
  byteToken: Int32Array
  /** Merges, open addressing, four numbers a slot: left + 1, right, rank, result. */
  merges: Int32Array
}

/** What a vocabulary is made of, before it is packed. */
export interface VocabularyParts {
  tokens: readonly Uint8Array[]
  ids: ArrayLike<number>
  /** left, right, result as positions in `tokens`, in order of rank. */
  merges: Int32Array
}

export function packVocabulary({ tokens, ids, merges }: VocabularyParts): Vocabulary {
  let total = 0
  for (const token of tokens) total += token.length
  const start = shared(Int32Array, tokens.length + 1)
  const bytes = shared(Uint8Array, total)
  let at = 0
  tokens.forEach((token, t) => {
    start[t] = at
    bytes.set(token, at)
    at += token.length
  })
  start[tokens.length] = at
  return { ...indexTokens(start, bytes, ids), merges: packMerges(merges) }
}

/** Tokens by their bytes, without merges. @param start, bytes as in `Vocabulary`, in shared memory. */
export function indexTokens(start: Int32Array, bytes: Uint8Array, ids: ArrayLike<number>): Vocabulary {
  const count = start.length - 1
  const vocabulary = {
    ...{ start, bytes, ids: shared(Uint32Array, count), slots: shared(Int32Array, capacity(count)) },
    ...{ byteToken: shared(Int32Array, 256).fill(-1), merges: packMerges(new Int32Array(0)) },
  }
  vocabulary.ids.set(ids)
  for (let t = 0; t < count; t++) insertToken(vocabulary, t)
  return vocabulary
}

/** Position of the token with exactly these bytes, or -1. */
export function findToken(v: Vocabulary, bytes: Uint8Array, from: number, to: number): number {
  const mask = v.slots.length - 1
  for (let slot = hashBytes(bytes, from, to) & mask; ; slot = (slot + 1) & mask) {
    const token = v.slots[slot]! - 1
    if (token < 0) return -1
    let at = v.start[token]!
    if (v.start[token + 1]! - at !== to - from) continue
    let i = from
    while (i < to && bytes[i] === v.bytes[at++]) i++
    if (i === to) return token
  }
}

/** Slot of the merge of two tokens, as an index into `merges`, or -1. */
export function findMerge(merges: Int32Array, left: number, right: number): number {
  const mask = (merges.length >> 2) - 1
  for (let slot = hashPair(left, right) & mask; ; slot = (slot + 1) & mask) {
    const at = slot << 2
    const key = merges[at]!
    if (key === 0) return -1
    if (key === left + 1 && merges[at + 1] === right) return at
  }
}

function insertToken(v: Vocabulary, token: number): void {
  const from = v.start[token]!
  const to = v.start[token + 1]!
  if (to - from === 1) v.byteToken[v.bytes[from]!] = token
  const mask = v.slots.length - 1
  let slot = hashBytes(v.bytes, from, to) & mask
  while (v.slots[slot] !== 0) slot = (slot + 1) & mask
  v.slots[slot] = token + 1
}

/**
 * Packs merges given as left, right, result in order of rank. A pair listed twice keeps its last rank, as in the
 * official implementation.
 */
export function packMerges(triples: Int32Array): Int32Array {
  const count = triples.length / 3
  const merges = shared(Int32Array, capacity(count) << 2)
  const mask = (merges.length >> 2) - 1
  for (let rank = 0; rank < count; rank++) {
    const left = triples[3 * rank]!
    const right = triples[3 * rank + 1]!
    let at = (hashPair(left, right) & mask) << 2
    while (merges[at] !== 0 && !(merges[at] === left + 1 && merges[at + 1] === right))
      at = (at + 4) & (merges.length - 1)
    merges[at] = left + 1
    merges[at + 1] = right
    merges[at + 2] = rank
    merges[at + 3] = triples[3 * rank + 2]!
  }
  return merges
}

export function hashBytes(bytes: Uint8Array, from: number, to: number): number {
  let h = to - from
  for (let i = from; i < to; i++) h = Math.imul(h ^ bytes[i]!, 0x9e3779b1) ^ (h >>> 15)
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d)
  return h ^ (h >>> 13)
}

function hashPair(left: number, right: number): number {
  const h = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca77)
  return h ^ (h >>> 15)
}

/** A power of two that leaves the table at most 5/8 full. */
function capacity(count: number): number {
  let size = 16
  while (size * 5 < count * 8) size *= 2
  return size
}

type Numbers<T> = { new (buffer: SharedArrayBuffer): T; readonly BYTES_PER_ELEMENT: number }

export function shared<T>(type: Numbers<T>, length: number): T {
  return new type(new SharedArrayBuffer(length * type.BYTES_PER_ELEMENT))
}

/** sha256 over (id, length, bytes) of every token in order of id: the same for the same vocabulary, whatever its file. */
export function vocabularySha256(v: Vocabulary): string {
  const order = Uint32Array.from(v.ids, (_, token) => token)
  if (v.ids.some((id, token) => token > 0 && id < v.ids[token - 1]!))
    order.sort((a, b) => v.ids[a]! - v.ids[b]!)
  const packed = new Uint8Array(v.bytes.length + 8 * order.length)
  const view = new DataView(packed.buffer)
  let at = 0
  for (const token of order) {
    const from = v.start[token]!
    const to = v.start[token + 1]!
    view.setUint32(at, v.ids[token]!, true)
    view.setUint32(at + 4, to - from, true)
    at += 8
    for (let i = from; i < to; i++) packed[at++] = v.bytes[i]!
  }
  return createHash('sha256').update(packed).digest('hex')
}
