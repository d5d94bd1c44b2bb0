import { canonicalJson, isObject } from '../core/json.ts'
import type { JsonObject, JsonValue } from '../core/json.ts'
import type { AuditRecord, Format } from '../core/record.ts'
import { inputSha256, inputUrl, repositoryUrl, wellFormed } from './address.ts'
import { auditDigest } from './json.ts'

/**
 * `audit.intoto.jsonl`: in-toto Statements v1, one a line, unsigned: a test result about the corpus, and SLSA
 * provenance of the report. Each line is what a DSSE envelope carries as its payload, byte for byte.
 */
export const inToto: Format = {
  name: 'in-toto',
  file: 'audit.intoto.jsonl',
  async *render(record) {
    for (const statement of statementsOf(record)) yield `${canonicalJson(statement)}\n`
  },
}

const STATEMENT = 'https://in-toto.io/Statement/v1'

/** The statements, in the order of the file. */
export function statementsOf(record: AuditRecord): JsonObject[] {
  return [testResult(record), provenance(record)].map(
    (statement) => inWellFormedText(statement) as JsonObject,
  )
}

function inWellFormedText(value: JsonValue): JsonValue {
  if (typeof value === 'string') return wellFormed(value)
  if (Array.isArray(value)) return value.map((one: JsonValue) => inWellFormedText(one))
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inWellFormedText(one)]))
}

function testResult(record: AuditRecord): JsonObject {
  const having = (...verdicts: string[]): string[] =>
    record.claims.filter((claim) => verdicts.includes(claim.verdict)).map((claim) => claim.id)
  const failed = having('contradicted')
  const warned = having('undetermined', 'not-verifiable', 'not-checked')
  const result =
    failed.length > 0 || record.failures.length > 0 ? 'FAILED' : warned.length > 0 ? 'WARNED' : 'PASSED'
  return {
    _type: STATEMENT,
    subject: corpus(record),
    predicateType: 'https://in-toto.io/attestation/test-result/v0.1',
    predicate: {
      result,
      configuration: [
        { name: `pipeline ${record.pipeline.name}`, digest: { sha256: record.pipeline.sha256 } },
        ...namedFiles(record),
      ],
      passedTests: having('verified', 'within-tolerance'),
      warnedTests: warned,
      failedTests: failed,
    },
  }
}

/** Every file whose hash is known, and the commit they are of. */
function corpus(record: AuditRecord): JsonObject[] {
  const files = record.inputs.flatMap((input) => {
    const sha256 = inputSha256(input)
    return sha256 === null ? [] : [{ name: input.path, uri: inputUrl(record, input), digest: { sha256 } }]
  })
  const repository = repositoryUrl(record)
  const { revision } = record.source
  if (repository === null || revision === null) return files
  const name = repository.split('/').slice(-2).join('/')
  return [...files, { name, uri: repository, digest: { gitCommit: revision } }]
}

function provenance(record: AuditRecord): JsonObject {
  const { tool, pipeline, evidence } = record
  return {
    _type: STATEMENT,
    subject: [
      { name: 'audit.json', digest: { sha256: auditDigest(record) } },
      { name: evidence.file, digest: { sha256: evidence.sha256 } },
    ],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'urn:assay:audit:1',
        externalParameters: {
          pipeline: { name: pipeline.name, sha256: pipeline.sha256 },
          source: { uri: record.source.uri, revision: record.source.revision },
          limit: pipeline.limit,
        },
        resolvedDependencies: [...corpus(record), ...namedFiles(record), ...resources(record)],
      },
      runDetails: { builder: { id: `urn:assay:${tool.version}`, version: { [tool.name]: tool.version } } },
    },
  }
}

/** Claims, published logs and suppressions. */
function namedFiles({ pipeline }: AuditRecord): JsonObject[] {
  return (pipeline.files ?? []).map(({ path, sha256 }) => ({ name: path, digest: { sha256 } }))
}

/** Benchmarks, tokenizers and upstream sets that stages read. */
function resources(record: AuditRecord): JsonObject[] {
  const all = Object.keys(record.stages)
    .sort()
    .flatMap((name) => record.stages[name]!.resources)
  return all.flatMap(({ name, source, origin, sha256 }) => {
    if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) return []
    const label = [name, source, origin].find((one) => typeof one === 'string')
    return [{ ...(label === undefined ? {} : { name: label }), digest: { sha256 } }]
  })
}
