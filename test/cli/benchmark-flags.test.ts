import { describe, expect, it } from 'vitest'
import { benchmarksOf } from '../../src/cli/benchmark-flags.ts'
import { nameOf } from '../../src/engine/pipeline.ts'

const of = (given: readonly string[], field?: readonly string[], prompt?: string) =>
  benchmarksOf(given, { prompt, field }, nameOf)

describe('--benchmark', () => {
  it('takes files, names of the registry, and NAME=FILE', () => {
    expect(of(['medqa_test', 'ward.jsonl', 'own=exam.csv', 'deep/er.tsv.gz'])).toEqual([
      'medqa_test',
      { name: 'ward', file: 'ward.jsonl' },
      { name: 'own', file: 'exam.csv' },
      { name: 'er', file: 'deep/er.tsv.gz' },
    ])
    expect(of(['medqa_test'], undefined, 'question')).toEqual([{ name: 'medqa_test', prompt: 'question' }])
  })

  it('tells files of one name apart by their folders', () => {
    const names = (...given: string[]) =>
      of(given).map((each) => (typeof each === 'string' ? each : (each as { name: string }).name))
    expect(names('a/test.jsonl', 'b/test.jsonl', 'c/other.jsonl')).toEqual(['a/test', 'b/test', 'other'])
    expect(names('a/x/test.jsonl', 'b/x/test.jsonl')).toEqual(['a/x/test', 'b/x/test'])
    expect(names('mmlu', 'a/mmlu.csv')).toEqual(['mmlu', 'a/mmlu'])
    expect(names('test=a/test.jsonl', 'b/test.jsonl')).toEqual(['test', 'b/test'])
    // The same file twice is a mistake, and stays one.
    expect(names('a/test.jsonl', './a/test.jsonl')).toEqual(['test', 'test'])
  })
})

describe('--field', () => {
  it('maps columns of files only', () => {
    const fields = ['question=stem', 'options=a, b', 'options=c', 'answer=right=one']
    expect(of(['x.csv', 'medqa_test'], fields)).toEqual([
      {
        name: 'x',
        file: 'x.csv',
        fields: { question: 'stem', options: ['a', 'b', 'c'], answer: 'right=one' },
      },
      'medqa_test',
    ])
    expect(of(['x.csv'], ['options=choices'])).toMatchObject([{ fields: { options: 'choices' } }])
    expect(() => of(['medqa_test'], ['question=q'])).toThrow(/no file is given/)
  })

  it.each([
    ['quesiton=q', /did you mean "question=…"/],
    ['question', /FIELD=COLUMN/],
    ['question=', /FIELD=COLUMN/],
    ['options=a,,b', /empty column name/],
  ])('%s is bad usage', (field, message) => {
    expect(() => of(['x.csv'], [field])).toThrow(message)
  })

  it('names each field once', () => {
    expect(() => of(['x.csv'], ['answer=a', 'answer=b'])).toThrow(/twice/)
  })
})
