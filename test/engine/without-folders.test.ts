import { describe, expect, it } from 'vitest'
import { pipelineOf } from '../../src/engine/pipeline.ts'
import { withoutFolders } from '../../src/engine/without-folders.ts'

describe('options without folders', () => {
  it('keep the last part of absolute paths, and everything else as it is', () => {
    const options = {
      benchmarks: [{ file: '/home/someone/ward.jsonl', prompt: 'question' }],
      n: 3,
      none: null,
    }
    expect(withoutFolders(options)).toEqual({
      benchmarks: [{ file: 'ward.jsonl', prompt: 'question' }],
      n: 3,
      none: null,
    })
    expect(withoutFolders('data/ward.jsonl')).toBe('data/ward.jsonl')
  })

  it('make the hash of a pipeline the same wherever its files lie', () => {
    const at = (folder: string) =>
      pipelineOf(
        {
          name: 'x',
          source: 'y',
          stages: { contamination: { benchmarks: [{ name: 'w', file: `${folder}/w.jsonl` }] } },
        },
        '/',
      ).sha256
    expect(at('/one')).toBe(at('/two/three'))
    expect(at('/one')).not.toBe(at('elsewhere'))
  })
})
