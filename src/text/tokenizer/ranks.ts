import { brotliDecompressSync } from 'node:zlib'
import { findToken, packMerges, packVocabulary } from './vocabulary.ts'
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
  const tokens: Uint8Array[] = []
  let at = 12 + 2 * count
  for (let rank = 0; rank < count; rank++) {
    const length = packed[12 + rank]!
    tokens.push(packed.subarray(at, at + length))
    at += length
  }
  if (at !== packed.length) throw new Error(`packed ranks end at byte ${at} of ${packed.length}`)
  const ids = Uint32Array.from({ length: count }, (_, rank) => rank)
  const words = packVocabulary({ tokens, ids, merges: new Int32Array(0) })
  return { ...words, merges: packMerges(mergesOf(words, packed.subarray(12 + count, 12 + 2 * count))) }
}

/** In order of rank, the two tokens each longer token is made of. */
function mergesOf(words: Vocabulary, leftLength: Uint8Array): Int32Array {
  const merges: number[] = []
  for (let token = 0; token < leftLength.length; token++) {
    const length = leftLength[token]!
    if (length === 0) continue
    const from = words.start[token]!
    const to = words.start[token + 1]!
    const left = findToken(words, words.bytes, from, from + length)
    const right = findToken(words, words.bytes, from + length, to)
    if (left < 0 || right < 0) throw new Error(`rank ${token} is made of unknown parts`)
    merges.push(left, right, token)
  }
  return Int32Array.from(merges)
}
