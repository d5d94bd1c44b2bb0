import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { glob } from 'tinyglobby'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compileGlob, isGlob, literalGlob } from '../../src/io/glob.ts'

const matches = (pattern: string, path: string): boolean => compileGlob(pattern)(path)

test.each([
  ['data/*/train-*.parquet', 'data/qa/train-0.parquet', true],
  ['data/*/train-*.parquet', 'data/qa/deep/train-0.parquet', false],
  ['**/train-*.parquet', 'train-0.parquet', true],
  ['**/train-*.parquet', 'a/b/train-0.parquet', true],
  ['data/**', 'data/a/b.parquet', true],
  ['data/**/b', 'data/b', true],
  ['**', 'a/b/c', true],
  ['a**b', 'axxb', true],
  ['a**b', 'ax/xb', false],
  ['*.parquet', '.hidden.parquet', false],
  ['.*.parquet', '.hidden.parquet', true],
  ['**', '.git/config', false],
  ['part-[0-9].jsonl', 'part-7.jsonl', true],
  ['part-[!0-9].jsonl', 'part-7.jsonl', false],
  ['{train,test}/*.{jsonl,parquet}', 'test/x.parquet', true],
  ['{train,test}/*.{jsonl,parquet}', 'dev/x.parquet', false],
  ['a{b,{c,d}}e', 'ade', true],
  ['x{only}', 'x{only}', true],
  ['./data/*.parquet', 'data/x.parquet', true],
  ['data/\\*.parquet', 'data/*.parquet', true],
  ['data/\\*.parquet', 'data/x.parquet', false],
  ['?.txt', '/.txt', false],
  ['[', '[', true],
  ['', '', true],
])('%s and %s: %s', (pattern, path, expected) => {
  expect(matches(pattern, path)).toBe(expected)
})

test('a literal pattern matches its path and nothing else', () => {
  for (const path of ['data/a[1]{b,c}*?.parquet', 'plain/x', 'back\\slash', '!not']) {
    expect(matches(literalGlob(path), path)).toBe(true)
    expect(matches(literalGlob(path), `${path}x`)).toBe(false)
  }
  expect(isGlob('data/x-*.parquet')).toBe(true)
  expect(isGlob('data/x.parquet')).toBe(false)
})

test('hostile patterns are refused or matched in linear time', () => {
  expect(() => compileGlob('a'.repeat(2000))).toThrow(/too large/)
  expect(() => compileGlob('{a,b}'.repeat(12))).toThrow(/too large/)
  const stars = compileGlob(`${'*a'.repeat(400)}b`)
  expect(stars('a'.repeat(5000))).toBe(false)
  const globstars = compileGlob(`${'**/a/'.repeat(190)}b`)
  expect(globstars('a/'.repeat(2000))).toBe(false)
})

/** The obvious matcher: try everything. Exponential, so inputs stay short. */
function slow(pattern: string, path: string): boolean {
  const segments = pattern.split('/')
  const parts = path.split('/')
  const rest = (s: number, p: number): boolean => {
    if (s === segments.length) return p === parts.length
    if (segments[s] === '**') {
      if (rest(s + 1, p)) return true
      return p < parts.length && !parts[p]!.startsWith('.') && rest(s, p + 1)
    }
    return p < parts.length && slowPart(segments[s]!, parts[p]!) && rest(s + 1, p + 1)
  }
  return rest(0, 0)
}

function slowPart(pattern: string, text: string): boolean {
  if (text.startsWith('.') && !pattern.startsWith('.')) return false
  const rest = (a: number, b: number): boolean => {
    if (a === pattern.length) return b === text.length
    if (pattern[a] === '*') return rest(a + 1, b) || (b < text.length && rest(a, b + 1))
    return b < text.length && (pattern[a] === '?' || pattern[a] === text[b]) && rest(a + 1, b + 1)
  }
  return rest(0, 0)
}

let seed = 7
const random = (n: number): number => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
  return Math.floor((seed / 2 ** 32) * n)
}
const word = (letters: string, longest: number): string =>
  Array.from({ length: 1 + random(longest) }, () => letters[random(letters.length)]).join('')

test('agrees with the obvious matcher on random patterns and paths', () => {
  let hits = 0
  for (let i = 0; i < 20_000; i++) {
    const pattern = Array.from({ length: 1 + random(3) }, () =>
      random(4) === 0 ? '**' : word('ab*?.', 4),
    ).join('/')
    const path = Array.from({ length: 1 + random(3) }, () => word('ab.', 3)).join('/')
    if (pattern.startsWith('./')) continue
    const expected = slow(pattern, path)
    hits += Number(expected)
    expect(matches(pattern, path), `${pattern} on ${path}`).toBe(expected)
  }
  expect(hits).toBeGreaterThan(1000)
})

describe('against the globbing library', () => {
  let folder: string
  const paths = [
    'a.parquet',
    'b.jsonl',
    'data/a.parquet',
    'data/x/a.parquet',
    'data/x/y/b.parquet',
    'data/x1/a1.jsonl',
  ]

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'assay-glob-'))
    for (const path of paths) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), '')
    }
  })
  afterAll(() => rm(folder, { recursive: true }))

  test.each([
    '**',
    '*',
    'data/*',
    'data/*/*.parquet',
    'data/**/*.parquet',
    '**/a.parquet',
    '{a,b}.*',
    'data/x[0-9]/*',
    'data/x?/*',
  ])('the same files for %s', async (pattern) => {
    const found = await glob(pattern, { cwd: folder, expandDirectories: false })
    expect(paths.filter(compileGlob(pattern))).toEqual(found.sort())
  })
})
