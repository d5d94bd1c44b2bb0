import { describe, expect, it } from 'vitest'
import { BUILT_IN, openTokenizer, prepareTokenizer } from '../../../src/text/tokenizer/tokenizer.ts'
import { vocabularySha256 } from '../../../src/text/tokenizer/vocabulary.ts'
import type { Resources } from '../../../src/core/stage.ts'
import { diskResources } from './oracle.ts'
import { encode as encodeCl100k } from 'gpt-tokenizer/encoding/cl100k_base'
import { encode as encodeO200k } from 'gpt-tokenizer/encoding/o200k_base'

const SAMPLES = [
  '',
  ' ',
  'The patient took 2.5 mg/day of HCl for 10 days.\r\n\r\n  Then: nothing.',
  "She's 80; they'LL'VE said it ISN'T so. HELLOworld helloWorld",
  '患者さんは38.5℃の熱がある。 Пациент — 45 лет',
  'a\t\tb\n \n  c   d     ',
]

describe('built-in ranks', () => {
  it.each([
    ['o200k_base', encodeO200k],
    ['cl100k_base', encodeCl100k],
  ])('%s gives the ids of gpt-tokenizer', async (name, encode) => {
    const tokenizer = await openTokenizer(await prepareTokenizer(name, diskResources))
    const out = new Uint32Array(4096)
    for (const text of SAMPLES) {
      const bytes = Buffer.from(text, 'utf8')
      const ids = [...out.subarray(0, tokenizer.encode(bytes, 0, bytes.length, out))]
      expect(ids).toEqual(encode(text))
      expect(tokenizer.count(bytes, 0, bytes.length)).toBe(ids.length)
    }
  })

  it.each(['o200k_base', 'cl100k_base'] as const)('%s holds the vocabulary it says', async (name) => {
    const { fast } = await prepareTokenizer(name, diskResources)
    expect(vocabularySha256(fast!.vocabulary)).toBe(BUILT_IN[name].vocabulary)
  })

  it('are refused when a byte of them is another', async () => {
    const resources: Resources = {
      ...diskResources,
      file: async (ref) => ({ ...(await diskResources.file(ref)), sha256: 'f'.repeat(64) }),
    }
    await expect(prepareTokenizer('o200k_base', resources)).rejects.toMatchObject({
      code: 'TOKENIZER_INVALID',
    })
  })

  it('are read and opened once for all who ask', async () => {
    const index = await prepareTokenizer('cl100k_base', diskResources)
    expect(await prepareTokenizer('cl100k_base', diskResources)).toBe(index)
    expect(await openTokenizer(index)).toBe(await openTokenizer(index))
  })

  it('an index survives structured clone and shares its memory', async () => {
    const index = await prepareTokenizer('cl100k_base', diskResources)
    const clone = structuredClone(index)
    expect(clone.fast?.vocabulary.bytes.buffer).toBeInstanceOf(SharedArrayBuffer)
    const tokenizer = await openTokenizer(clone)
    const bytes = Buffer.from('fever and cough', 'utf8')
    expect(tokenizer.count(bytes, 0, bytes.length)).toBe(encodeCl100k('fever and cough').length)
  })
})
