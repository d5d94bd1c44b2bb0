import { describe, expect, it } from 'vitest'
import { shownSource } from '../../src/io/local-source.ts'

describe('how a report names a local source', () => {
  it.each([
    ['corpus/*.parquet', 'corpus/*.parquet'],
    ['../corpus', '../corpus'],
    ['/home/somebody/corpus', 'corpus'],
    ['/home/somebody/corpus/', 'corpus'],
    ['/home/somebody/corpus/**/*.parquet', 'corpus/**/*.parquet'],
    ['/home/somebody/corpus/a.jsonl', 'a.jsonl'],
    ['/*.parquet', '*.parquet'],
    ['/', '/'],
  ])('%s as %s', (source, shown) => {
    expect(shownSource(source)).toBe(shown)
  })
})
