import { expect, it } from 'vitest'
import { splitOfName, splitsOf } from '../../src/io/splits.ts'

it.each([
  ['data/train-00000-of-00004.parquet', 'train'],
  ['data/curated/TEST.jsonl', 'test'],
  ['val/part-1.parquet', 'validation'],
  ['test/train.jsonl', 'train'],
  ['data/eval_2.parquet', 'test'],
  ['contest/training_set.parquet', 'train'],
  ['data/latest.parquet', null],
  ['data/train_test.parquet', null],
  ['retrained/rows.parquet', null],
])('%s is of split %s', (path, split) => expect(splitOfName(path)).toBe(split))

it('believes the card before the name, and nobody where two splits claim a file', () => {
  const head = (configs: string) => ({ path: 'README.md', text: `---\nconfigs:\n${configs}---\n` })
  const files = ['a.parquet', 'train.parquet', 'both.parquet', 'test.parquet'].map((path) => ({
    path,
    bytes: 1,
  }))
  const cards = [
    head(
      '- config_name: x\n  data_files:\n  - {split: heldout, path: [a.parquet, train.parquet, both.parquet]}\n  - {split: train, path: both.parquet}\n',
    ),
  ]
  expect([...splitsOf(files as never, cards)]).toEqual([
    ['a.parquet', 'heldout'],
    ['train.parquet', 'heldout'],
    ['test.parquet', 'test'],
  ])
})
