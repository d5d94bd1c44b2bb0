import { describe, expect, it } from 'vitest'
import { openTokenizer, prepareTokenizer } from '../../../src/text/tokenizer/tokenizer.ts'
import { randomOf } from '../../support/random.ts'
import { FAST, NEARLY_FAST, OTHERS } from './build.ts'
import { damagedBytes, nastyText } from './nasty-text.ts'
import { memoryResources, official, officialIds } from './oracle.ts'

const TEXTS_EACH = 400

/** Texts with every size, and bytes that are not quite UTF-8, which the oracle sees as WHATWG decodes them. */
function texts(seed: number, count: number): Uint8Array[] {
  const random = randomOf(seed)
  const made: Uint8Array[] = [new Uint8Array(0)]
  while (made.length < count) {
    const pieces = 1 + Math.floor(random() * random() * 40)
    if (random() < 0.15) made.push(damagedBytes(random, pieces))
    else made.push(Buffer.from(nastyText(random, pieces), 'utf8'))
  }
  return made
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

async function compare(json: string, engine: string, seed: number, count: number): Promise<void> {
  const index = await prepareTokenizer('file:made.json', memoryResources(json))
  expect(index.engine).toBe(engine)
  const tokenizer = await openTokenizer(structuredClone(index))
  // The oracle must not cut either; the file says it should, as some published files do.
  const oracle = official.Tokenizer.fromString(
    JSON.stringify({ ...JSON.parse(json), truncation: null, padding: null }),
  )
  const made = texts(seed, count)
  const expected = await officialIds(
    oracle,
    made.map((bytes) => decoder.decode(bytes)),
  )
  const out = new Uint32Array(1 << 16)
  const joined = Buffer.concat(made)
  let start = 0
  const starts = Int32Array.from([0, ...made.map((bytes) => (start += bytes.length))])
  const counts = new Uint32Array(made.length)
  tokenizer.countEach(joined, starts, made.length, counts)
  made.forEach((bytes, i) => {
    const shown = JSON.stringify(decoder.decode(bytes))
    const ids = [...out.subarray(0, tokenizer.encode(joined, starts[i]!, starts[i + 1]!, out))]
    expect(ids, shown).toEqual(expected[i])
    expect(counts[i], shown).toBe(expected[i]!.length)
    // A second time, from the cache, and from an array of its own.
    expect(tokenizer.count(bytes, 0, bytes.length), shown).toBe(expected[i]!.length)
  })
}

describe('the fast engine gives the ids of the official binding', () => {
  it.each(Object.entries(FAST))('%s', (name, json) =>
    compare(json, 'assay-bpe', name.length * 7919, TEXTS_EACH),
  )
})

describe('what is not known for certain goes to the binding', () => {
  it.each(Object.entries({ ...NEARLY_FAST, ...OTHERS }))('%s', (name, json) =>
    compare(json, 'tokenizers-binding', name.length * 104729, 60),
  )
})
