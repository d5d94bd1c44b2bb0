import { brotliDecompressSync } from 'node:zlib'
import { findToken, indexTokens, packMerges, shared } from './vocabulary.ts'
import type { Vocabulary } from './vocabulary.ts'

const MAGIC = 'ASSAYRK1'

/**
 * Reads the packed ranks written by scripts/make-ranks.mjs.
 * @throws Error when the bytes are not such a file.
 */
export function readRanks(file: Uint8Array): Vocabulary {
  const packed = brotliDecompressSync(file, { maxOutputLength: 1 << 24 })
  if (packed.subarray(0, 8).toString('latin1') !== MAGIC) throw new Error('not a file of packed ranks')
  const count = packed.readUInt32LE(8)
  const start = shared(Int32Array, count + 1)
  for (let rank = 0; rank < count; rank++) start[rank + 1] = start[rank]! + packed[12 + rank]!
  const tokens = packed.subarray(12 + 2 * count)
  if (start[count] !== tokens.length)
    throw new Error(`packed ranks hold ${tokens.length} bytes of tokens instead of ${start[count]}`)
  const bytes = shared(Uint8Array, tokens.length)
  bytes.set(tokens)
  const ids = new Uint32Array(count)
  for (let rank = 0; rank < count; rank++) ids[rank] = rank
  const words = indexTokens(start, bytes, ids)
  return { ...words, merges: packMerges(mergesOf(words, packed.subarray(12 + count, 12 + 2 * count))) }
}

/** In order of rank, the two tokens each longer token is made of. */
function mergesOf(words: Vocabulary, leftLength: Uint8Array): Int32Array {
  const merges = new Int32Array(3 * leftLength.length)
  let filled = 0
  for (let token = 0; token < leftLength.length; token++) {
    const length = leftLength[token]!
    if (length === 0) continue
    const from = words.start[token]!
    const to = words.start[token + 1]!
    const left = findToken(words, words.bytes, from, from + length)
    const right = findToken(words, words.bytes, from + length, to)
    if (left < 0 || right < 0) throw new Error(`rank ${token} is made of unknown parts`)
    merges[filled++] = left
    merges[filled++] = right
    merges[filled++] = token
  }
  return merges.subarray(0, filled)
}
