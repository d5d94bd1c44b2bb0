import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { croissantOf } from '../../src/formats/croissant.ts'
import { statementsOf } from '../../src/formats/in-toto.ts'
import { auditDigest } from '../../src/formats/json.ts'
import { sarifOf } from '../../src/formats/sarif.ts'
import { canonicalJson } from '../../src/core/json.ts'
import type { JsonObject } from '../../src/core/json.ts'
import type { AuditRecord } from '../../src/core/record.ts'
import { hostileRecord } from './hostile-record.ts'
import { sampleRecord } from './record.ts'

const require = createRequire(import.meta.url)
const jsonld = require('jsonld') as {
  expand(document: object, options: { safe: boolean; base: string }): Promise<JsonObject[]>
}
const sarifSchema = require('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json') as object
const MLCROISSANT = process.env['MLCROISSANT'] ?? 'mlcroissant'
const PYTHON = process.env['INTOTO_PYTHON'] ?? 'python3'
const bindings = spawnSync(PYTHON, ['-c', 'import in_toto_attestation']).status === 0
const installed = spawnSync(MLCROISSANT, ['validate', '--help'], { encoding: 'utf8' }).error === undefined

/** A record of local files with a card that declares a licence and languages. */
function record(): AuditRecord {
  const base = sampleRecord()
  const card = {
    licences: [{ card: 'README.md', declared: 'cc-by-nc-4.0' }],
    languages: [{ card: 'README.md', language: 'en' }],
  }
  return { ...base, card }
}

function filesOf(document: JsonObject): JsonObject[] {
  return (document['distribution'] as JsonObject[]).filter((entry) => entry['@type'] === 'cr:FileObject')
}

describe('croissant.json', () => {
  it.each([
    ['of a corpus', record],
    ['of a hostile one', hostileRecord],
  ])('%s expands as JSON-LD without a dropped term', async (_name, make) => {
    const [expanded] = await jsonld.expand(croissantOf(make()), { safe: true, base: 'https://example.org/' })
    const distribution = expanded!['https://schema.org/distribution'] as JsonObject[]
    expect(distribution).toHaveLength(make().inputs.length + Object.keys(make().components).length)
  })

  it('would not expand with a term that is in no context', async () => {
    const broken = { ...croissantOf(record()), 'nowhere:term': 'x', '@context': { nowhere: null } }
    await expect(jsonld.expand(broken, { safe: true, base: 'https://example.org/' })).rejects.toThrow()
  })

  it('names every file once, with 64 hex digits and an address at the revision', () => {
    const { inputs, source } = record()
    const files = filesOf(croissantOf(record()))
    expect(files.map((file) => file['sha256'])).toEqual(
      inputs.map((input) => input.sha256.recomputed ?? input.sha256.declared),
    )
    for (const file of files) {
      expect(file['sha256']).toMatch(/^[0-9a-f]{64}$/)
      if (source.revision !== null) expect(file['contentUrl']).toContain(`/resolve/${source.revision}/`)
    }
    expect(new Set(files.map((file) => file['@id'])).size).toBe(inputs.length)
  })

  it('names the sources rows were found in, and none where none was', async () => {
    const sources = [{ name: 'Ward', foundBy: 'declared source column', components: { alpha: 3, beta: 4 } }]
    const document = croissantOf({ ...record(), extra: { licences: { sources } } })
    expect(document['prov:wasDerivedFrom']).toEqual([
      {
        '@type': 'prov:Entity',
        'prov:label': 'Ward',
        description: '7 rows; found by: declared source column',
      },
    ])
    const expanded = await jsonld.expand(document, { safe: true, base: 'https://example.org/' })
    expect(JSON.stringify(expanded)).toContain('http://www.w3.org/ns/prov#wasDerivedFrom')
    expect(croissantOf({ ...record(), extra: {} })).not.toHaveProperty('prov:wasDerivedFrom')
  })

  it('states no hash nobody knows, and no licence nobody declares', () => {
    const inputs = record().inputs.map((input) => ({
      ...input,
      sha256: { declared: null, recomputed: null },
    }))
    const document = croissantOf({ ...record(), inputs, card: null })
    expect(filesOf(document).some((file) => 'sha256' in file)).toBe(false)
    expect(document).not.toHaveProperty('license')
    expect(document).not.toHaveProperty('inLanguage')
  })

  const folder = mkdtempSync(join(tmpdir(), 'assay-croissant-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  it.skipIf(!installed)(
    `passes mlcroissant validate${installed ? '' : ' (not run: mlcroissant is not installed)'}`,
    () => {
      const path = join(folder, 'croissant.json')
      writeFileSync(path, JSON.stringify(croissantOf(record())))
      const { status, stderr } = spawnSync(MLCROISSANT, ['validate', '--jsonld', path], { encoding: 'utf8' })
      expect(stderr).toContain('Done')
      expect(status).toBe(0)
    },
    120_000,
  )
})

describe('audit.sarif', () => {
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false })
  formats.default(ajv)
  // The schema is of an older draft, whose name for its own address this validator refuses.
  const entries = Object.entries(sarifSchema).filter(([key]) => key !== 'id' && key !== '$schema')
  const validate = ajv.compile(Object.fromEntries(entries) as object)

  it.each([
    ['of a corpus', record],
    ['of a hostile one', hostileRecord],
  ])('%s passes the OASIS schema', (_name, make) => {
    validate(sarifOf(make()))
    expect(validate.errors).toBeNull()
  })

  it('would not pass with a property the schema does not know', () => {
    expect(validate({ ...sarifOf(record()), extra: 1 })).toBe(false)
  })

  it('has a result per claim at its line, and fails those that are contradicted', () => {
    const claims = record().claims.map((claim, i) => ({ ...claim, file: 'claims.yaml', line: 3 + i }))
    const run = (sarifOf({ ...record(), claims })['runs'] as JsonObject[])[0]!
    const results = (run['results'] as JsonObject[]).filter((one) => one['ruleId'] === 'claims/contradicted')
    expect(results).toHaveLength(claims.length)
    for (const [i, result] of results.entries()) {
      const location = JSON.stringify(result['locations'])
      expect(location).toContain(`"startLine":${3 + i}`)
      expect(result['kind'] === 'fail').toBe(claims[i]!.verdict === 'contradicted')
      expect(result['level']).toBe(claims[i]!.verdict === 'contradicted' ? 'error' : 'none')
    }
  })

  it('says what is new and what was reviewed: of a rule new if any is, suppressed if all are', () => {
    const base = record()
    const [rule, list] = Object.entries(base.findings).find(
      ([name, found]) => name !== 'claims/contradicted' && found.length > 1,
    )!
    const stages = { only: { ...base.stages['integrity']!, findings: { [rule]: 2 } } }
    const two = { ...base, stages, findings: { [rule]: list.slice(0, 2) } }
    const accepted = (...ids: string[]): JsonObject[] =>
      ids.map((id) => ({ id, rule, reason: 'known', author: 'A. Reader', date: '2026-01-31', found: true }))
    const resultOf = (extra: JsonObject): JsonObject => {
      const run = (sarifOf({ ...two, extra })['runs'] as JsonObject[])[0]!
      return (run['results'] as JsonObject[]).find((one) => one['ruleId'] === rule)!
    }
    const [first, second] = [list[0]!.id, list[1]!.id]
    expect(resultOf({ baseline: { new: [second], newByRule: { [rule]: 1 } } })['baselineState']).toBe('new')
    expect(resultOf({ baseline: { new: [], newByRule: {} } })['baselineState']).toBe('unchanged')
    expect(resultOf({ suppressions: accepted(first) })).not.toHaveProperty('suppressions')
    expect(resultOf({ suppressions: accepted(first, second) })['suppressions']).toHaveLength(2)
    validate(sarifOf({ ...two, extra: { suppressions: accepted(first, second) } }))
    expect(validate.errors).toBeNull()
  })

  it('groups findings by rule, so that a corpus of any size gives a short file', () => {
    const run = (sarifOf(record())['runs'] as JsonObject[])[0]!
    const rules = new Set(Object.keys(record().findings))
    expect((run['results'] as JsonObject[]).length).toBeLessThanOrEqual(rules.size + record().claims.length)
  })
})

describe('audit.intoto.jsonl', () => {
  let statements: JsonObject[] = []
  beforeAll(() => {
    statements = statementsOf(record())
  })

  it('holds Statements v1 whose subjects all have a digest of the right length', () => {
    expect(statements).toHaveLength(2)
    for (const statement of statements) {
      expect(statement['_type']).toBe('https://in-toto.io/Statement/v1')
      const subject = statement['subject'] as { name: string; digest: Record<string, string> }[]
      expect(subject.length).toBeGreaterThan(0)
      for (const { digest } of subject) {
        expect(Object.keys(digest)).toHaveLength(1)
        if (digest['sha256'] !== undefined) expect(digest['sha256']).toMatch(/^[0-9a-f]{64}$/)
        else expect(digest['gitCommit']).toMatch(/^[0-9a-f]{40}$/)
      }
    }
  })

  it.skipIf(!bindings).each([
    ['of a corpus', record],
    ['of a hostile one', hostileRecord],
  ])(
    `%s are read by the bindings of in-toto${bindings ? '' : ' (not run: in-toto-attestation is not installed)'}`,
    (_name, make) => {
      const script = fileURLToPath(new URL('in_toto_validate.py', import.meta.url))
      const check = (list: readonly JsonObject[]): ReturnType<typeof spawnSync> =>
        spawnSync(PYTHON, [script], {
          input: list.map((one) => `${canonicalJson(one)}\n`).join(''),
          encoding: 'utf8',
        })
      const done = check(statementsOf(make()))
      expect(done.stderr).toBe('')
      expect(String(done.stdout).match(/: valid, /g)).toHaveLength(2)
      const [first, second] = statementsOf(make())
      expect(check([{ ...first!, predicate: { ...(first!['predicate'] as JsonObject), x: 1 } }]).status).toBe(
        1,
      )
      expect(check([{ ...second!, subject: [] }]).status).toBe(1)
    },
    60_000,
  )

  it('sorts every claim into passed, warned or failed', () => {
    const predicate = statements[0]!['predicate'] as Record<string, string[] | string>
    const { passedTests, warnedTests, failedTests } = predicate as Record<string, string[]>
    expect([...passedTests!, ...warnedTests!, ...failedTests!].sort()).toEqual(
      record()
        .claims.map((claim) => claim.id)
        .sort(),
    )
    expect(predicate['result']).toBe(
      failedTests!.length > 0 ? 'FAILED' : warnedTests!.length > 0 ? 'WARNED' : 'PASSED',
    )
  })

  it('binds audit.json by the digest of its bytes', () => {
    const [subject] = statements[1]!['subject'] as { digest: { sha256: string } }[]
    expect(subject!.digest.sha256).toBe(auditDigest(record()))
    const predicate = statements[1]!['predicate'] as {
      buildDefinition: JsonObject
      runDetails: { builder: JsonObject }
    }
    expect(predicate.buildDefinition['buildType']).toMatch(/^urn:/)
    expect(predicate.runDetails.builder['id']).toMatch(/^urn:/)
  })
})
