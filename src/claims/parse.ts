import { LineCounter, isMap, isScalar, isSeq, parseDocument } from 'yaml'
import type { Document, Node } from 'yaml'
import { z } from 'zod'
import { closest } from '../core/closest.ts'
import { AuditError } from '../core/error.ts'
import { expectedOf } from '../core/schema-words.ts'
import type { SchemaIssue } from '../core/schema-words.ts'
import type { Claim, ClaimBody, ClaimKind } from './kind.ts'
import { STATEMENT } from './kinds/fields.ts'

/** A claim file after validation. */
export interface ClaimFile {
  /** As the pipeline names it; part of messages and of SARIF. */
  where: string
  title: string | null
  claims: readonly ParsedClaim[]
}

export interface ParsedClaim {
  claim: Claim
  body: ClaimBody
  /** 1-based line of the claim in its file. */
  line: number
}

/** A larger file is no claim file; it is refused before it is parsed. */
const MOST_CHARACTERS = 4_000_000

/** Keys of every claim. */
const COMMON = {
  id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'letters, digits, ".", "_" and "-"'),
  statement: z.string().min(1).describe('What is claimed, in one sentence'),
  statedAt: z
    .union([STATEMENT, z.array(STATEMENT).min(1)])
    .describe('Where it is stated: the words and their address'),
}

/** Schema of one claim of a kind. */
export function claimSchema(kind: ClaimKind): z.ZodObject {
  return z.strictObject({ ...COMMON, kind: z.literal(kind.name), ...kind.keys }).describe(kind.title)
}

/** Keys of the file around its claims. */
export const FILE_KEYS = { title: z.string().optional(), claims: z.array(z.unknown()).min(1) }

/**
 * Reads a claim file.
 * @throws AuditError CLAIMS_INVALID naming the line, the key, and the closest valid one.
 */
export function parseClaimFile(text: string, where: string, kinds: readonly ClaimKind[]): ClaimFile {
  const { document, lines } = readYaml(text, where)
  const raw: unknown = toPlain(document, where)
  const reader = { document, lines, where }
  const file = check(z.strictObject(FILE_KEYS), raw, [], reader)
  const claims = (file.claims as unknown[]).map((entry, index) => readClaim(entry, index, kinds, reader))
  const seen = new Map<string, number>()
  for (const { claim, line } of claims) {
    const earlier = seen.get(claim.id)
    if (earlier !== undefined) {
      fail(reader, line, { what: `claim id "${claim.id}" is used twice`, got: `also on line ${earlier}` })
    }
    seen.set(claim.id, line)
  }
  return { where, title: (file.title as string | undefined) ?? null, claims }
}

interface Reader {
  document: Document
  lines: LineCounter
  where: string
}

function readYaml(text: string, where: string): { document: Document; lines: LineCounter } {
  if (text.length > MOST_CHARACTERS) {
    throw new AuditError('CLAIMS_INVALID', {
      what: 'the claim file is too large',
      where,
      expected: `at most ${MOST_CHARACTERS} characters`,
      got: `${text.length}`,
    })
  }
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, strict: true, uniqueKeys: true })
  const error = document.errors[0]
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0])
    throw new AuditError('CLAIMS_INVALID', {
      what: 'the claim file is not valid YAML',
      where: `${where}:${line}:${col}`,
      got: error.message.split('\n')[0] ?? error.code,
      cause: error,
    })
  }
  return { document, lines }
}

function toPlain(document: Document, where: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 50 })
  } catch (cause) {
    throw new AuditError('CLAIMS_INVALID', {
      what: 'the claim file expands to far more than it holds',
      where,
      expected: 'at most 50 uses of YAML aliases',
      cause,
    })
  }
}

function readClaim(entry: unknown, index: number, kinds: readonly ClaimKind[], reader: Reader): ParsedClaim {
  const path = ['claims', index]
  const line = lineOf(path, reader)
  const names = kinds.map((kind) => kind.name)
  const name = typeof entry === 'object' && entry !== null ? (entry as { kind?: unknown }).kind : undefined
  const kind = kinds.find((candidate) => candidate.name === name)
  if (kind === undefined) {
    const near = typeof name === 'string' ? closest(name, names) : null
    return fail(reader, name === undefined ? line : lineOf([...path, 'kind'], reader), {
      what: name === undefined ? 'a claim has no "kind"' : `unknown kind of claim ${JSON.stringify(name)}`,
      expected: `one of ${names.join(', ')}`,
      ...(near === null ? {} : { fix: `did you mean "${near}"?` }),
    })
  }
  const checked = check(claimSchema(kind), entry, path, reader) as Record<string, unknown>
  const { id, statement, statedAt, ...body } = checked
  const places = Array.isArray(statedAt) ? statedAt : [statedAt]
  return {
    claim: { id, kind: kind.name, statement, statedAt: places } as Claim,
    body: body as ClaimBody,
    line,
  }
}

function check(
  schema: z.ZodObject,
  value: unknown,
  path: (string | number)[],
  reader: Reader,
): Record<string, unknown> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = deepest(result.error.issues)
  const full = [...path, ...issue.path] as (string | number)[]
  const line = lineOf(full, reader)
  const key = full.filter((part) => part !== 'claims').join('.') || 'the file'
  if (issue.code === 'unrecognized_keys') {
    const unknown = issue.keys[0]!
    const valid = keysAt(schema, issue.path as (string | number)[], value)
    const near = closest(unknown, valid)
    return fail(reader, lineOfKey(full, unknown, reader) ?? line, {
      what: `unknown key "${unknown}"`,
      expected: `one of ${valid.join(', ')}`,
      ...(near === null ? {} : { fix: `did you mean "${near}"?` }),
    })
  }
  return fail(reader, line, {
    what: `"${key}" is not valid`,
    expected: expectedOf(issue as unknown as SchemaIssue),
    got: shortJson(valueAt(value, issue.path)),
  })
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let current = value
  for (const key of path) current = (current as Record<PropertyKey, unknown> | null | undefined)?.[key]
  return current
}

function shortJson(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80)
}

type Issue = z.core.$ZodIssue

/**
 * An unknown key explains a missing one, so it comes first. An issue inside a union names the union; the branch
 * that got furthest says what is wrong.
 */
function deepest(issues: readonly Issue[]): Issue {
  const issue = issues.find((one) => one.code === 'unrecognized_keys') ?? issues[0]!
  if (issue.code !== 'invalid_union') return issue
  const best = issue.errors.find((branch) =>
    branch.some((one) => one.code === 'unrecognized_keys' || one.path.length > 0),
  )
  if (best === undefined) return issue
  const inner = deepest(best)
  return { ...inner, path: [...issue.path, ...inner.path] }
}

/** Keys the schema knows at a path; walks arrays, wrappers and the matching branch of a union. */
function keysAt(schema: z.ZodType, path: readonly (string | number)[], value: unknown): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    return keysAt(schema.unwrap() as z.ZodType, path, value)
  }
  if (schema instanceof z.ZodDiscriminatedUnion || schema instanceof z.ZodUnion) {
    const options = schema.options as z.ZodType[]
    const kind = (value as { kind?: unknown } | null)?.kind
    const branch = options.find((option) => kindOf(option) === kind && kind !== undefined)
    const tries = branch === undefined ? options : [branch]
    return [...new Set(tries.flatMap((option) => keysAt(option, path, value)))]
  }
  const [head, ...rest] = path
  if (schema instanceof z.ZodObject) {
    const shape = schema.shape as Record<string, z.ZodType>
    if (head === undefined) return Object.keys(shape)
    const next = shape[String(head)]
    return next === undefined ? [] : keysAt(next, rest, (value as Record<string, unknown>)[String(head)])
  }
  if (schema instanceof z.ZodArray && head !== undefined && Array.isArray(value)) {
    return keysAt(schema.element as z.ZodType, rest, value[Number(head)])
  }
  return []
}

function kindOf(schema: z.ZodType): unknown {
  if (!(schema instanceof z.ZodObject)) return undefined
  const literal = (schema.shape as Record<string, z.ZodType>)['kind']
  return literal instanceof z.ZodLiteral ? literal.value : undefined
}

/** Where a key itself stands in the map at a path. */
function lineOfKey(path: readonly (string | number)[], key: string, reader: Reader): number | null {
  const map: unknown = path.length === 0 ? reader.document.contents : reader.document.getIn(path, true)
  const pair = isMap(map)
    ? map.items.find((one) => isScalar(one.key) && String(one.key.value) === key)
    : undefined
  const start = isScalar(pair?.key) ? pair.key.range?.[0] : undefined
  return start === undefined ? null : reader.lines.linePos(start).line
}

function lineOf(path: readonly (string | number)[], { document, lines }: Reader): number {
  let node: unknown = document.contents
  let offset = 0
  for (const part of path) {
    const next: unknown = isMap(node) || isSeq(node) ? node.get(part, true) : undefined
    const start = (next as Node | undefined)?.range?.[0]
    if (start === undefined) break
    offset = start
    node = next
  }
  return lines.linePos(offset).line
}

function fail(
  reader: Reader,
  line: number,
  detail: { what: string; expected?: string; got?: string; fix?: string },
): never {
  throw new AuditError('CLAIMS_INVALID', { ...detail, where: `${reader.where}:${line}` })
}
