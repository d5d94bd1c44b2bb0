import { describe, expect, it } from 'vitest'
import { openTokenizer, prepareTokenizer } from '../../../src/text/tokenizer/tokenizer.ts'
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

  it('an index survives structured clone and shares its memory', async () => {
    const index = await prepareTokenizer('cl100k_base', diskResources)
    const clone = structuredClone(index)
    expect(clone.fast?.vocabulary.bytes.buffer).toBeInstanceOf(SharedArrayBuffer)
    const tokenizer = await openTokenizer(clone)
    const bytes = Buffer.from('fever and cough', 'utf8')
    expect(tokenizer.count(bytes, 0, bytes.length)).toBe(encodeCl100k('fever and cough').length)
  })
})
