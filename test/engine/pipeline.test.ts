import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { AuditError } from '../../src/core/error.ts'
import { canonicalJson } from '../../src/core/json.ts'
import { packageRoot } from '../../src/core/package.ts'
import { pipelineJsonSchema } from '../../src/engine/pipeline-schema.ts'
import { defaultPipeline, loadPipeline, nameOf, validatePipeline } from '../../src/engine/pipeline.ts'
import { parseYaml } from '../../src/engine/yaml.ts'
import { FORMATS } from '../../src/formats/index.ts'
import { STAGES } from '../../src/stages/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'assay-pipeline-'))

function file(text: string): string {
  const path = join(folder, 'p.yaml')
  writeFileSync(path, text)
  return path
}

async function failure(work: Promise<unknown> | (() => unknown)): Promise<AuditError> {
  try {
    await (typeof work === 'function' ? work() : work)
  } catch (error) {
    expect(error).toBeInstanceOf(AuditError)
    return error as AuditError
  }
  throw new Error('nothing was thrown')
}

describe('a pipeline file', () => {
  it('is read with its folder and the hash of what it asks', async () => {
    const loaded = await loadPipeline(file('name: mine\nsource: corpus/*.parquet\nstages: {}\n'))
    expect(loaded.pipeline).toEqual({ name: 'mine', source: 'corpus/*.parquet', stages: {} })
    expect(loaded.folder).toBe(readFolder())
    expect(loaded.sha256).toMatch(/^[0-9a-f]{64}$/)
  })

  it('has the hash of its meaning, not of its spelling', async () => {
    const one = await loadPipeline(file('name: mine\nsource: a\nstages: {}\nformats: [json]\n'))
    const two = await loadPipeline(
      file(
        '# a comment\nformats:\n  - "json"\nstages:\nname: mine\nsource: b\n'.replace(
          'stages:\n',
          'stages: {}\n',
        ),
      ),
    )
    const other = await loadPipeline(file('name: mine\nsource: a\nstages: {}\n'))
    expect(two.sha256).toBe(one.sha256)
    expect(other.sha256).not.toBe(one.sha256)
  })

  it('belongs to the package when it is shipped with it', async () => {
    const shipped = join(packageRoot, 'pipelines', 'template.yaml')
    const loaded = await loadPipeline(shipped)
    expect(loaded.folder).toBe(packageRoot)
  })
})

function readFolder(): string {
  return folder
}

describe('bad pipelines', () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    [
      'an unknown key',
      'name: a\nsource: b\nstages: {}\nclaim: x\n',
      /Unknown key "claim".*Did you mean "claims"/,
    ],
    [
      'a misspelt key that is needed',
      'name: a\nsource: b\nstagess: {}\n',
      /Unknown key "stagess".*Did you mean "stages"/,
    ],
    [
      'an unknown key inside columns',
      'name: a\nsource: b\nstages: {}\ncolumns: {ids: x}\n',
      /columns\.ids.*Did you mean "id"/,
    ],
    ['an unknown stage', 'name: a\nsource: b\nstages: {duplicate: {}}\n', /Unknown stage "duplicate"/],
    ['a missing key', 'name: a\nstages: {}\n', /"source" is not valid.*got nothing/],
    ['a wrong type', 'name: a\nsource: [1]\nstages: {}\n', /"source" is not valid.*expected a text/],
    ['a name that is a path', 'name: ../a\nsource: b\nstages: {}\n', /"name" is not valid/],
    ['malformed YAML', 'name: a\nsource: "b\nstages: {}\n', /not valid YAML.*p\.yaml:\d+:\d+/],
    ['bad indentation', 'name: a\n source: b\n', /not valid YAML.*p\.yaml:\d+:\d+/],
    ['a duplicate key', 'name: a\nname: b\nsource: c\nstages: {}\n', /not valid YAML.*p\.yaml:2:1/],
    ['a list', '- a\n', /pipeline is not valid/],
    ['nothing', '', /pipeline is not valid/],
    ['a tag that would run code', 'name: !!js/function "f"\nsource: b\nstages: {}\n', /not valid YAML/],
    ['a __proto__ key', '__proto__: {x: 1}\nname: a\nsource: b\nstages: {}\n', /Unknown key "__proto__"/],
  ]
  it.each(cases)('%s is one clear error', async (_name, text, message) => {
    const error = await failure(loadPipeline(file(text)))
    expect(error.code).toBe('PIPELINE_INVALID')
    expect(error.message).toMatch(message)
  })

  it('names a format that does not exist', async () => {
    if (FORMATS.length === 0) return
    const error = await failure(() =>
      validatePipeline({ name: 'a', source: 'b', stages: {}, formats: ['htlm'] }, 'x'),
    )
    expect(error.message).toMatch(/Unknown format "htlm".*Did you mean "html"/)
  })

  it('stops an alias bomb before it takes memory', async () => {
    const bomb = ['a0: &a0 [x,x,x,x,x,x,x,x,x,x]']
    for (let i = 1; i < 12; i++)
      bomb.push(
        `a${i}: &a${i} [${Array(10)
          .fill(`*a${i - 1}`)
          .join(',')}]`,
      )
    const error = await failure(() =>
      parseYaml(bomb.join('\n'), { where: 'bomb.yaml', code: 'PIPELINE_INVALID' }),
    )
    expect(error.code).toBe('PIPELINE_INVALID')
    expect(error.message).toMatch(/alias/)
  })

  it('stops deep nesting and long files', async () => {
    const deep = `name: a\nsource: b\nstages: ${'['.repeat(200)}${']'.repeat(200)}\n`
    expect((await failure(() => parseYaml(deep, { where: 'x', code: 'PIPELINE_INVALID' }))).message).toMatch(
      /nesting/,
    )
    const long = `# ${'x'.repeat(2_000_000)}\nname: a\n`
    expect((await failure(loadPipeline(file(long)))).message).toMatch(/too large/)
  })

  it('says that a file is not there, or is a folder', async () => {
    expect((await failure(loadPipeline(join(folder, 'no.yaml')))).message).toMatch(/cannot be read.*ENOENT/)
    mkdirSync(join(folder, 'dir.yaml'), { recursive: true })
    expect((await failure(loadPipeline(join(folder, 'dir.yaml')))).message).toMatch(/cannot be read.*EISDIR/)
  })
})

describe('a bare source', () => {
  it('gets default stages and a name', () => {
    const loaded = defaultPipeline('hf://datasets/org/name@main/data/*.parquet')
    expect(loaded.pipeline.source).toBe('hf://datasets/org/name@main/data/*.parquet')
    expect(
      Object.keys(loaded.pipeline.stages).every((name) => STAGES.some((stage) => stage.name === name)),
    ).toBe(true)
  })

  it.each([
    ['hf://datasets/org/name@main', 'name'],
    ['org/name', 'name'],
    ['/data/corpus/', 'corpus'],
    ['corpus/**/*.parquet', 'corpus'],
    ['.', 'audit'],
    ['../..', 'audit'],
  ])('%s is called %s', (source, name) => {
    expect(nameOf(source)).toBe(name)
  })
})

describe('the published JSON Schema', () => {
  it('is the one the code makes (scripts/make-pipeline-schema.mjs writes it)', () => {
    const published = readFileSync(join(packageRoot, 'data/schemas/pipeline.schema.json'), 'utf8')
    const made = pipelineJsonSchema(
      STAGES,
      FORMATS.map((format) => format.name),
    )
    expect(published).toBe(`${canonicalJson(made, 2)}\n`)
  })
})
