import { expect, test } from 'vitest'
import { frontMatter, readCard } from '../../src/io/card.ts'
import type { CardHead } from '../../src/io/card.ts'

function read(yaml: string, warnings: string[] = []): CardHead {
  return readCard({ path: 'README.md', text: `---\n${yaml}\n---\n# Title\n` }, (message) =>
    warnings.push(message),
  )
}

test('reads every form of data_files', () => {
  const head = read(`
license: cc-by-nc-4.0
configs:
- config_name: one
  data_files: data/one/*.parquet
- config_name: two
  data_files: [a.parquet, b.parquet]
- config_name: three
  data_files:
  - split: train
    path: c/train-*
  - split: test
    path: [c/test-0, c/test-1]
- config_name: four
  data_dir: folder/
- config_name: five
  data_dir: sub
  data_files: x.jsonl
- config_name: six
  default: true
`)
  expect(head.licence).toBe('cc-by-nc-4.0')
  expect(head.configs).toEqual([
    { name: 'one', isDefault: false, splits: [{ split: 'train', patterns: ['data/one/*.parquet'] }] },
    { name: 'two', isDefault: false, splits: [{ split: 'train', patterns: ['a.parquet', 'b.parquet'] }] },
    {
      name: 'three',
      isDefault: false,
      splits: [
        { split: 'train', patterns: ['c/train-*'] },
        { split: 'test', patterns: ['c/test-0', 'c/test-1'] },
      ],
    },
    { name: 'four', isDefault: false, splits: [{ split: '', patterns: ['folder/**'] }] },
    { name: 'five', isDefault: false, splits: [{ split: 'train', patterns: ['sub/x.jsonl'] }] },
    { name: 'six', isDefault: true, splits: [{ split: '', patterns: ['**'] }] },
  ])
})

test('a list of licences and a named one', () => {
  expect(read('license: [mit, apache-2.0]').licence).toBe('mit, apache-2.0')
  expect(read('license: other\nlicense_name: research-only').licence).toBe('research-only')
  expect(read('license: {a: 1}').licence).toBeNull()
})

test('the head may have CRLF, a byte order mark, or be missing', () => {
  expect(frontMatter('\uFEFF---\r\na: 1\r\n---\r\ntext')).toBe('a: 1')
  expect(frontMatter('---\n---\ntext')).toBe('')
  expect(frontMatter('# No head\n---\na: 1\n---\n')).toBeNull()
  expect(frontMatter('---\nnever closed')).toBeNull()
})

test.each([
  ['malformed', 'configs: [unclosed'],
  ['an alias bomb', bomb()],
  ['deep nesting', `configs: ${'['.repeat(20_000)}`],
])('%s costs a warning and nothing else', (_, yaml) => {
  const warnings: string[] = []
  expect(read(yaml, warnings)).toEqual({ configs: [], licence: null })
  expect(warnings.length).toBe(1)
  expect(warnings[0]!.length).toBeLessThan(400)
})

function bomb(): string {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
  for (let i = 1; i < 12; i++)
    lines.push(`a${i}: &a${i} [${Array.from({ length: 10 }, () => `*a${i - 1}`).join(', ')}]`)
  return lines.join('\n')
}

test.each([
  'configs: text',
  'configs: [1, 2]',
  'configs:\n- data_files: x',
  'configs:\n- config_name: a\n  data_files: {split: 1}',
  'configs:\n- config_name: 7\n  data_files: x',
])('strange entries are left out and said: %j', (yaml) => {
  const warnings: string[] = []
  expect(read(yaml, warnings).configs).toEqual([])
  expect(warnings.length).toBe(1)
})

test('a key named __proto__ changes nothing', () => {
  expect(read('__proto__: {license: mit}').licence).toBeNull()
})
