import { z } from 'zod'
import { canonicalJson } from '../../core/json.ts'
import type { JsonValue } from '../../core/json.ts'
import type { ClaimInputs, JudgeContext, LogRef, Measured, Part } from '../kind.ts'
import { defineKind } from '../kind.ts'
import { hitsOf } from '../measure-contamination.ts'
import { at, countExamples, obstaclesOf, stageOf } from '../measure.ts'
import { show } from '../quantity.ts'
import { compose, weaken } from '../verdict.ts'

const LOG = z.strictObject({
  address: z.string().min(1).describe('Where the log is published'),
  values: z.json().optional().describe('Values quoted from the log'),
  file: z.string().min(1).optional().describe('The log itself, beside the pipeline'),
})

const LEAF = z.union([
  z.number(),
  z.strictObject({
    log: z.string(),
    pointer: z.string().describe('JSON pointer into the log; a list or object counts its entries'),
  }),
  z.strictObject({
    examples: z.union([z.string(), z.array(z.string())]).describe('Examples of these components'),
  }),
  z.strictObject({ corpus: z.literal('examples') }),
  z.strictObject({
    rowsFlagged: z.strictObject({
      method: z.string(),
      benchmark: z.string(),
      components: z.array(z.string()).optional(),
    }),
  }),
])
const OPERAND = z.union([LEAF, z.strictObject({ add: z.array(LEAF).min(1) })])
type Leaf = z.output<typeof LEAF>
type Operand = z.output<typeof OPERAND>

/** What a published log says of the data, compared with the data and with other logs. */
export const publishedLog = defineKind({
  name: 'published-log',
  title: 'Agreement of published logs with the data and with each other',
  keys: {
    logs: z.record(z.string().min(1), LOG),
    checks: z
      .array(
        z.strictObject({
          name: z.string().min(1).describe('What should agree, as a phrase'),
          left: OPERAND,
          is: z.enum(['equal', 'at-most', 'at-least']).default('equal'),
          right: OPERAND,
          otherwise: z.string().min(1).optional().describe('What a disagreement means, as a clause'),
          unlike: z
            .strictObject({ value: OPERAND, means: z.string().min(1) })
            .optional()
            .describe('On disagreement: if the left side equals this instead, what that means'),
        }),
      )
      .min(1),
  },
  judge(body, context) {
    const scope = { logs: body.logs, ...context }
    const parts = body.checks.map((check) => checked(check, scope))
    const obstacles = obstaclesOf(Object.keys(context.measured.components), context.measured)
    const evidence = Object.entries(body.logs).map(([name, log]) => ({
      log: name,
      address: log.address,
      ...read(name, scope).evidence,
    }))
    return weaken(compose(parts, { stated: body.checks.map((check) => check.name), evidence }), obstacles)
  },
  logs(body): LogRef[] {
    return Object.values(body.logs)
      .filter((log) => log.file !== undefined)
      .map((log) => ({ key: log.file!, ref: { kind: 'local', path: log.file! } }))
  },
})

interface Scope extends JudgeContext {
  logs: Readonly<Record<string, z.output<typeof LOG>>>
}

interface Check {
  name: string
  left: Operand
  is: 'equal' | 'at-most' | 'at-least'
  right: Operand
  otherwise?: string | undefined
  unlike?: { value: Operand; means: string } | undefined
}

interface Term {
  value: number
  words: string
}

function checked(check: Check, scope: Scope): Part {
  const left = term(check.left, scope)
  const right = term(check.right, scope)
  const unread = [left, right].find((side) => 'unread' in side)
  if (unread !== undefined && 'unread' in unread) {
    return { name: check.name, verdict: 'not-checked', because: unread.unread }
  }
  const [a, b] = [left as Term, right as Term]
  const ok =
    check.is === 'equal'
      ? a.value === b.value
      : check.is === 'at-most'
        ? a.value <= b.value
        : a.value >= b.value
  const relation = a.value === b.value ? 'equals' : 'differs from'
  const meaning = ok ? '' : meaningOf(check, a, scope)
  return {
    name: check.name,
    verdict: ok ? 'verified' : 'contradicted',
    because: `${a.words} ${relation} ${b.words}${meaning}`,
    measured: [a.value, b.value],
    stands: [check.left, check.right].every(isQuoted),
  }
}

function meaningOf(check: Check, left: Term, scope: Scope): string {
  const otherwise = check.otherwise === undefined ? '' : `: ${check.otherwise}`
  if (check.unlike === undefined) return otherwise
  const instead = term(check.unlike.value, scope)
  if ('unread' in instead || instead.value !== left.value) return otherwise
  return `: ${check.unlike.means} (${instead.words})`
}

/** A comparison of logs alone does not depend on which rows were read. */
function isQuoted(operand: Operand): boolean {
  if (typeof operand === 'number' || 'log' in operand) return true
  return 'add' in operand && operand.add.every(isQuoted)
}

function term(operand: Operand, scope: Scope): Term | { unread: string } {
  if (typeof operand === 'number' || !('add' in operand)) return leaf(operand, scope)
  const terms = operand.add.map((one) => leaf(one, scope))
  const unread = terms.find((one) => 'unread' in one)
  if (unread !== undefined) return unread
  const known = terms as Term[]
  const value = known.reduce((sum, one) => sum + one.value, 0)
  return { value, words: `${known.map((one) => one.words).join(' + ')} = ${show(value)}` }
}

function leaf(operand: Leaf, scope: Scope): Term | { unread: string } {
  const { measured } = scope
  if (typeof operand === 'number') return { value: operand, words: show(operand) }
  if ('log' in operand) return inLog(operand, scope)
  if ('rowsFlagged' in operand) return flagged(operand.rowsFlagged, measured)
  const all = 'corpus' in operand
  const named = all ? Object.keys(measured.components) : [operand.examples].flat()
  const value = countExamples(named, measured)
  return { value, words: `${show(value)} examples in ${all ? 'the corpus' : named.join(', ')}` }
}

function flagged(
  asked: { method: string; benchmark: string; components?: string[] | undefined },
  measured: Measured,
): Term | { unread: string } {
  const stage = stageOf('contamination', measured)
  if ('missing' in stage) return { unread: stage.missing }
  const components = asked.components ?? Object.keys(measured.components)
  const hits = hitsOf(stage, asked.method, asked.benchmark, { components, measured })
  if ('unread' in hits) return hits
  return {
    value: hits.rows,
    words: `${show(hits.rows)} rows found by "${asked.method}" for ${asked.benchmark}`,
  }
}

function inLog(operand: { log: string; pointer: string }, scope: Scope): Term | { unread: string } {
  const { content, unread } = read(operand.log, scope)
  if (content === undefined) return { unread: unread ?? `no log is called "${operand.log}"` }
  const found = at(content, ...pointerPath(operand.pointer))
  const value = Array.isArray(found)
    ? found.length
    : found !== null && typeof found === 'object'
      ? Object.keys(found).length
      : found
  if (typeof value !== 'number') {
    return {
      unread: `${operand.log}${operand.pointer} is ${canonicalJson(found).slice(0, 60)}, not a number or a list`,
    }
  }
  return { value, words: `${show(value)} at ${operand.log}${operand.pointer}` }
}

function pointerPath(pointer: string): (string | number)[] {
  const parts = pointer.split('/').slice(1)
  return parts.map((part) => {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~')
    return /^(0|[1-9]\d{0,8})$/.test(key) ? Number(key) : key
  })
}

interface ReadLog {
  content?: JsonValue
  unread?: string
  evidence: { sha256?: string; origin?: string; quoted?: JsonValue; unread?: string }
}

/** The file when it was read, else the values the claim quotes from it. */
function read(name: string, { logs, inputs }: { logs: Scope['logs']; inputs: ClaimInputs }): ReadLog {
  const log = logs[name]
  if (log === undefined) return { evidence: {} }
  if (log.file === undefined) {
    if (log.values === undefined) return { unread: `no values of ${name} are given`, evidence: {} }
    return { content: log.values as JsonValue, evidence: { quoted: log.values as JsonValue } }
  }
  const file = inputs.logs?.get(log.file)
  if (file === undefined || 'unread' in file) {
    const unread = `${log.file} could not be read: ${file?.unread ?? 'it was not asked for'}`
    return { unread, evidence: { unread } }
  }
  const evidence = { sha256: file.sha256, origin: file.origin }
  try {
    return { content: JSON.parse(file.text) as JsonValue, evidence }
  } catch (error) {
    return { unread: `${log.file} is not JSON: ${(error as Error).message}`, evidence }
  }
}
