import { describe, expect, test } from 'vitest'
import { assignComponents } from '../../src/io/components.ts'
import type { Assignment, ComponentRequest } from '../../src/io/components.ts'

function assign(paths: readonly string[], more: Partial<ComponentRequest> = {}): Assignment {
  const files = paths.map((path) => ({ path, bytes: 1, sha256: null, gitOid: null }))
  return assignComponents({
    files,
    cards: [],
    components: null,
    path: null,
    where: 'test',
    warn: () => {},
    ...more,
  })
}

const shown = ({ assigned }: Assignment): string[] =>
  assigned.map(({ component, file }) => `${component}:${file.path}`)

const card = (path: string, configs: Readonly<Record<string, string>>): { path: string; text: string } => ({
  path,
  text: `---\nconfigs:\n${Object.entries(configs)
    .map(([name, glob]) => `- config_name: ${name}\n  data_files: "${glob}"\n`)
    .join('')}---\n`,
})

const LAYOUT = ['data/qa/train-0.parquet', 'data/qa/train-1.parquet', 'data/moove/train-0.parquet']

describe('without configs', () => {
  test('folders below data/ are the components', () => {
    expect(shown(assign([...LAYOUT, 'extra/x.parquet', 'notes.txt']))).toEqual([
      'moove:data/moove/train-0.parquet',
      'qa:data/qa/train-0.parquet',
      'qa:data/qa/train-1.parquet',
    ])
    expect(assign([...LAYOUT, 'extra/x.parquet', 'data/qa/log.csv']).unassigned).toEqual([
      'data/qa/log.csv',
      'extra/x.parquet',
    ])
  })

  test('without data/ every Parquet file, and JSONL only where there is none', () => {
    expect(shown(assign(['a/x.parquet', 'y.parquet', 'z.jsonl']))).toEqual([
      'a:a/x.parquet',
      'default:y.parquet',
    ])
    expect(shown(assign(['a/x.jsonl', 'b/y.jsonl.gz', 'b/y.jsonl.zst', 'info.json']))).toEqual([
      'a:a/x.jsonl',
      'b:b/y.jsonl.gz',
      'b:b/y.jsonl.zst',
    ])
  })

  test('nothing to read is an error that says what there is', () => {
    expect(() => assign(['README.md', 'x.bin'])).toThrowError(
      expect.objectContaining({ code: 'SOURCE_EMPTY' }),
    )
    expect(() => assign(['README.md'])).toThrow(/README\.md/)
  })
})

describe('a path in the source string', () => {
  test.each([
    ['data/qa', ['qa:data/qa/train-0.parquet', 'qa:data/qa/train-1.parquet']],
    ['data/qa/train-1.parquet', ['qa:data/qa/train-1.parquet']],
    ['data/*/train-0.parquet', ['moove:data/moove/train-0.parquet', 'qa:data/qa/train-0.parquet']],
  ])('%s', (path, expected) => {
    expect(shown(assign(LAYOUT, { path }))).toEqual(expected)
  })

  test('a .json file is read only when it is asked for', () => {
    expect(shown(assign(['rows.json', 'x.parquet'], { path: 'rows.json' }))).toEqual(['default:rows.json'])
    expect(shown(assign(['rows.json', 'x.jsonl'], { path: '*.json' }))).toEqual(['default:rows.json'])
    expect(shown(assign(['info.json', 'x.jsonl'], { path: '*' }))).toEqual(['default:x.jsonl'])
  })

  test('no match names the pattern', () => {
    expect(() => assign(LAYOUT, { path: 'data/*/test-*.parquet' })).toThrow(/data\/\*\/test-\*\.parquet/)
  })
})

describe('configs of the cards', () => {
  test('name the components, and what each resolves to is kept', () => {
    const cards = [card('README.md', { qa: 'data/qa/train-*', gone: 'data/gone/*' })]
    const result = assign(LAYOUT, { cards })
    expect(shown(result)).toEqual(['qa:data/qa/train-0.parquet', 'qa:data/qa/train-1.parquet'])
    expect(result.configs).toEqual([
      { name: 'qa', card: 'README.md', patterns: ['data/qa/train-*'], paths: LAYOUT.slice(0, 2) },
      { name: 'gone', card: 'README.md', patterns: ['data/gone/*'], paths: [] },
    ])
    expect(result.unassigned).toEqual(['data/moove/train-0.parquet'])
  })

  test('the second card counts when the root card has none, relative to its folder or to the root', () => {
    const root = { path: 'README.md', text: '---\nlicense: mit\n---\n' }
    for (const prefix of ['', 'data/']) {
      const cards = [root, card('data/README.md', { a: `${prefix}qa/train-*`, b: `${prefix}moove/train-*` })]
      expect(shown(assign(LAYOUT, { cards }))).toEqual([
        'a:data/qa/train-0.parquet',
        'a:data/qa/train-1.parquet',
        'b:data/moove/train-0.parquet',
      ])
    }
  })

  test('configs that resolve to nothing leave the folders, and stay on record', () => {
    const result = assign(LAYOUT, { cards: [card('README.md', { old: 'v1/*.parquet' })] })
    expect(result.assigned.map(({ component }) => component)).toEqual(['moove', 'qa', 'qa'])
    expect(result.configs[0]?.paths).toEqual([])
  })

  test('a config that is all the others together is a way to load them, not a component', () => {
    const paths = ['a', 'b', 'c'].map((name) => `data/${name}/train-0.parquet`)
    const configs = { default: 'data/*/train-*.parquet', a: 'data/a/*', b: 'data/b/*', c: 'data/c/*' }
    const result = assign(paths, { cards: [card('README.md', { ...configs, bc: 'data/[bc]/*' })] })
    expect(shown(result)).toEqual(['a', 'b', 'c'].map((name) => `${name}:data/${name}/train-0.parquet`))
    expect(result.overlaps).toEqual([])
  })

  test('a file of two configs is a shard once, of the smaller one, and named', () => {
    const cards = [card('README.md', { all: 'data/**', qa: 'data/qa/*' })]
    const result = assign(LAYOUT, { cards })
    expect(shown(result)).toEqual([
      'all:data/moove/train-0.parquet',
      'qa:data/qa/train-0.parquet',
      'qa:data/qa/train-1.parquet',
    ])
    expect(result.overlaps).toEqual([
      { path: 'data/qa/train-0.parquet', components: ['all', 'qa'] },
      { path: 'data/qa/train-1.parquet', components: ['all', 'qa'] },
    ])
  })

  test('a pattern too large costs a warning', () => {
    const warnings: string[] = []
    const cards = [card('README.md', { huge: '{a,b}'.repeat(12), qa: 'data/qa/*' })]
    expect(shown(assign(LAYOUT, { cards, warn: (message) => warnings.push(message) })).length).toBe(2)
    expect(warnings.length).toBe(1)
  })
})

describe("the pipeline's own map", () => {
  test('wins over cards and folders', () => {
    const cards = [card('README.md', { qa: 'data/qa/*' })]
    const components = { everything: ['data/qa/*', 'data/moove/*'] }
    expect(shown(assign(LAYOUT, { cards, components }))).toEqual([
      'everything:data/moove/train-0.parquet',
      'everything:data/qa/train-0.parquet',
      'everything:data/qa/train-1.parquet',
    ])
  })

  test('a component that matches nothing is an error naming it', () => {
    const components = { qa: 'data/qa/*', lost: 'data/lost/*' }
    expect(() => assign(LAYOUT, { components })).toThrow(/"lost"/)
  })

  test('the order of files does not matter', () => {
    const components = { a: 'data/**', b: 'data/qa/*' }
    expect(assign([...LAYOUT].reverse(), { components })).toEqual(assign(LAYOUT, { components }))
  })
})
