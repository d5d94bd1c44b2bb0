import { z } from 'zod'
import type { JudgeContext, Measured, Part } from '../kind.ts'
import { defineKind } from '../kind.ts'
import { hitsOf } from '../measure-contamination.ts'
import { absenceOf, componentsOf, countExamples, failuresIn, obstaclesOf, stageOf } from '../measure.ts'
import { IN_LOG, LOG, logEvidence, logFiles, numberInLog } from '../published-file.ts'
import type { LogScope, Term } from '../published-file.ts'
import { show } from '../quantity.ts'
import { compose, weaken } from '../verdict.ts'

const LEAF = z.union([
  z.number(),
  IN_LOG,
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
    const evidence = logEvidence(scope)
    return weaken(compose(parts, { stated: body.checks.map((check) => check.name), evidence }), obstacles)
  },
  touched: ({ checks }, measured) =>
    checks.every(({ left, right }) => isQuoted(left) && isQuoted(right))
      ? []
      : failuresIn(componentsOf(undefined, measured), measured),
  logs: (body) => logFiles(body.logs),
})

type Scope = JudgeContext & LogScope

interface Check {
  name: string
  left: Operand
  is: 'equal' | 'at-most' | 'at-least'
  right: Operand
  otherwise?: string | undefined
  unlike?: { value: Operand; means: string } | undefined
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
  if ('log' in operand) return numberInLog(operand, scope)
  if ('rowsFlagged' in operand) return flagged(operand.rowsFlagged, measured)
  const all = 'corpus' in operand
  const named = all ? Object.keys(measured.components) : [operand.examples].flat()
  const [absence] = absenceOf(named, measured)
  if (absence !== undefined) return { unread: absence }
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
  const [absence] = absenceOf(components, measured)
  if (absence !== undefined) return { unread: absence }
  const hits = hitsOf(stage, asked.method, asked.benchmark, { components, measured })
  if ('unread' in hits) return hits
  return {
    value: hits.rows,
    words: `${show(hits.rows)} rows found by "${asked.method}" for ${asked.benchmark}`,
  }
}
