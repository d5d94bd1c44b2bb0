import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { checkRevision, parseSource } from '../../src/io/source-uri.ts'
import type { SourceAddress } from '../../src/io/source-uri.ts'

const folder = mkdtempSync(join(tmpdir(), 'assay-uri-'))
mkdirSync(join(folder, 'here', 'too'), { recursive: true })
afterAll(() => rmSync(folder, { recursive: true }))

function parse(source: string, warnings: string[] = []): SourceAddress {
  return parseSource(source, {
    folder,
    endpoint: 'http://hub.test:8080',
    warn: (message) => warnings.push(message),
  })
}

const hub = (repo: string, revision = 'main', path: string | null = null): unknown =>
  expect.objectContaining({ kind: 'hub', repo, revision, path })

test.each([
  ['hf://datasets/org/name', 'org/name', 'main', null],
  ['hf://datasets/org/name@v1.0', 'org/name', 'v1.0', null],
  ['hf://datasets/org/name@main/data/*/train-*.parquet', 'org/name', 'main', 'data/*/train-*.parquet'],
  ['hf://datasets/org/name/data/x.parquet', 'org/name', 'main', 'data/x.parquet'],
  ['hf://datasets/squad', 'squad', 'main', null],
  ['hf://datasets/squad@dev/plain_text/*.parquet', 'squad', 'dev', 'plain_text/*.parquet'],
  ['hf://datasets/squad/*.parquet', 'squad', 'main', '*.parquet'],
  ['hf://datasets/org/name@refs%2Fconvert%2Fparquet', 'org/name', 'refs/convert/parquet', null],
  [
    'hf://datasets/org/name@refs/convert/parquet/default/**',
    'org/name',
    'refs/convert/parquet',
    'default/**',
  ],
  ['hf://datasets/org/name@refs/pr/7', 'org/name', 'refs/pr/7', null],
  ['org/name', 'org/name', 'main', null],
  [
    'org/name@0123456789abcdef0123456789abcdef01234567',
    'org/name',
    '0123456789abcdef0123456789abcdef01234567',
    null,
  ],
  ['datasets/org/name', 'org/name', 'main', null],
  ['https://huggingface.co/datasets/org/name', 'org/name', 'main', null],
  ['https://huggingface.co/datasets/org/name/', 'org/name', 'main', null],
  ['https://huggingface.co/datasets/squad', 'squad', 'main', null],
  ['https://hf.co/datasets/org/name/tree/v2/data', 'org/name', 'v2', 'data'],
  ['https://huggingface.co/datasets/org/name/tree/refs%2Fpr%2F3', 'org/name', 'refs/pr/3', null],
  ['https://huggingface.co/datasets/org/name/blob/main/a%20b.parquet', 'org/name', 'main', 'a b.parquet'],
  [
    'https://huggingface.co/datasets/org/name/resolve/main/x.parquet?download=true',
    'org/name',
    'main',
    'x.parquet',
  ],
  ['https://huggingface.co/datasets/org/name/viewer/default/train', 'org/name', 'main', null],
  ['http://hub.test:8080/datasets/org/name/tree/main', 'org/name', 'main', null],
])('%s', (source, repo, revision, path) => {
  expect(parse(source)).toEqual(hub(repo, revision, path))
})

test.each([
  './data',
  '/data/x.parquet',
  'data/*.parquet',
  'one',
  'a/b/c',
  'data/x.parquet',
  'data/x.jsonl.gz',
  '../up',
])('%s is a local path', (source) => {
  expect(parse(source)).toEqual({ kind: 'local', path: source })
})

test.each([
  '',
  'hf://models/org/name',
  'hf://datasets/',
  'hf://datasets/or%67/name',
  'hf://datasets/org/name@',
  'hf://datasets/org/name@a..b',
  'hf://datasets/org/name@%zz',
  'hf://datasets/org/name/../other',
  'hf://datasets/-org/name',
  'https://example.org/datasets/org/name',
  'https://huggingface.co/org/model',
  's3://bucket/data',
  'bad\0name',
])('%j is refused with what is possible', (source) => {
  expect(() => parse(source)).toThrowError(expect.objectContaining({ code: 'SOURCE_INVALID' }))
})

test('a name that is also a path here is the path, and that is said', () => {
  const warnings: string[] = []
  expect(parse('here/too', warnings)).toEqual({ kind: 'local', path: 'here/too' })
  expect(warnings).toEqual([expect.stringContaining('hf://datasets/here/too')])
  expect(parse('hf://datasets/here/too', warnings)).toEqual(hub('here/too'))
  expect(warnings.length).toBe(1)
})

test('credentials in a web address are not repeated', () => {
  const wrong = 'https://user:secret@example.org/datasets/a/b'
  expect(() => parse(wrong)).toThrow(expect.not.stringContaining('secret'))
})

test.each(['main', 'v1.0', 'refs/convert/parquet', 'feature/x_y-z'])('%s is a revision', (revision) => {
  expect(checkRevision(revision, 'test')).toBe(revision)
})

test.each(['', '..', 'a..b', '/abs', 'a//b', 'x.lock', 'a b', 'a\nb', '-x', 'a~1', 'x/'])(
  '%j is no revision',
  (revision) => {
    expect(() => checkRevision(revision, 'test')).toThrow(/not a revision/)
  },
)
