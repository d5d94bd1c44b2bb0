import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openTokenizer, prepareTokenizer } from '../../../src/text/tokenizer/tokenizer.ts'
import { readTurns, textsOf } from '../../../bench/turns.ts'
import { diskResources, official, officialIds } from './oracle.ts'

const testdata = process.env['ASSAY_TESTDATA']
const EVERY = 25

describe.skipIf(testdata === undefined)('real medical text (skipped unless ASSAY_TESTDATA is set)', () => {
  it(`every ${EVERY}th turn of dense20k has the ids of the official binding, built in and from the file`, async () => {
    const file = join(testdata!, 'tokenizers', 'o200k_base.tokenizer.json')
    const turns = await readTurns(join(testdata!, 'dense20k'))
    expect(turns.turns).toBe(60_000)
    const texts = textsOf(turns)
    const { bytes } = await diskResources.file({ kind: 'local', path: file })
    const oracle = official.Tokenizer.fromString(Buffer.from(bytes).toString('utf8'))
    const chosen = texts.map((_, i) => i).filter((i) => i % EVERY === 0)
    const expected = await officialIds(
      oracle,
      chosen.map((i) => texts[i]!),
    )
    const out = new Uint32Array(1 << 17)
    const built = await prepareTokenizer('o200k_base', diskResources)
    const read = await prepareTokenizer(`file:${file}`, diskResources)
    expect(read.engine).toBe('assay-bpe')
    expect(read.vocabularySha256).toBe(built.vocabularySha256)
    for (const index of [built, read]) {
      const tokenizer = await openTokenizer(index)
      chosen.forEach((turn, i) => {
        const written = tokenizer.encode(turns.bytes, turns.starts[turn]!, turns.starts[turn + 1]!, out)
        expect([...out.subarray(0, written)], texts[turn]).toEqual(expected[i])
      })
    }
  })
})
