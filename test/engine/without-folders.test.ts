import { describe, expect, it } from 'vitest'
import { pipelineOf } from '../../src/engine/pipeline.ts'
import { withoutFolders, withoutPaths } from '../../src/engine/without-folders.ts'

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
    expect(withoutFolders('file:/home/someone/t/tokenizer.json')).toBe('file:tokenizer.json')
    expect(withoutFolders('file:t/tokenizer.json')).toBe('file:t/tokenizer.json')
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

describe('messages without paths', () => {
  it.each([
    [
      "ENOENT: no such file or directory, open '/home/someone/c/a.jsonl'",
      "ENOENT: no such file or directory, open '…/a.jsonl'",
    ],
    ['got 404 at https://example.org/a/b/c.parquet', 'got 404 at https://example.org/a/b/c.parquet'],
    ['at data/part/train-00000.parquet, row group 3', 'at data/part/train-00000.parquet, row group 3'],
    ['hf://datasets/org/name/data/x.parquet', 'hf://datasets/org/name/data/x.parquet'],
    ['Cannot find module /opt/x/y/worker.js', 'Cannot find module …/worker.js'],
  ])('%s', (message, expected) => expect(withoutPaths(message)).toBe(expected))
})
