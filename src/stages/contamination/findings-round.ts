import { AuditError } from '../../core/error.ts'
import type { Example } from '../../core/example.ts'
import { FindingBlock } from '../../core/finding-block.ts'
import type { EvidenceLevel } from '../../core/finding.ts'
import type { JsonValue } from '../../core/json.ts'
import { packExamples, unpackExamples } from '../../core/packed-examples.ts'
import type { PackedExamples } from '../../core/packed-examples.ts'
import { FindingPacker } from '../../core/packed-findings.ts'
import type { ReduceContext, RoundInput } from '../../core/stage.ts'
import type { Tally } from '../../core/tally.ts'
import type { ContaminationIndex } from './build.ts'
import { EvidenceMaker, RuleQuoter } from './evidence.ts'
import { CLASSES } from './judge.ts'
import { foundIn, makeFinding, numberOf } from './match-findings.ts'
import type { Making } from './match-findings.ts'
import { isCounted, matchesOf, ruleSameText } from './matches.ts'
import type { Match, Matches, RowHits } from './matches.ts'
import type { CountedMatch } from './metrics.ts'
import { METHODS } from './options.ts'
import { RULE_STRIDE } from './tally.ts'

/** Hits a thread looks at at a time, and rows they are of; a row's hits stay together. */
const BATCH = { hits: 2048, rows: 512 }

/** A row with a match, its declared source (null where it declares none), and what is counted of its matches. */
export interface FoundRow {
  source: string | null
  matches: readonly CountedMatch[]
}

/**
 * Findings row by row, made in the threads; the text of each row with a match is read once. `onRow` is told of every row
 * before its findings.
 */
export async function* matchFindings(
  matches: Matches,
  index: ContaminationIndex,
  context: ReduceContext,
  onRow: (row: FoundRow) => void,
): AsyncGenerator<FindingBlock, void, undefined> {
  for await (const answer of context.round('findings', batches(matches, context))) {
    for (const row of foundRows(answer, index)) onRow(row)
    yield new FindingBlock(answer)
  }
}

async function* batches(matches: Matches, context: ReduceContext): AsyncGenerator<RoundInput> {
  const refs = matches.refs()
  if (refs.length === 0) return
  const rows = matches.rows()
  let batch = new Batch()
  for await (const example of context.examples(refs)) {
    const here = rows.next().value
    if (here?.row !== example.row || here.shard !== example.shard)
      throw new AuditError('INTERNAL', { what: `Row ${example.row} was read, its matches are of another` })
    batch.add(example, here)
    if (batch.hits < BATCH.hits && batch.rows.length < BATCH.rows) continue
    yield batch.input(context)
    batch = new Batch()
  }
  if (batch.rows.length > 0) yield batch.input(context)
}

/** Rows of one input of the round. */
class Batch {
  hits = 0
  readonly rows: RowHits[] = []
  readonly #examples: Example[] = []

  add(example: Example, row: RowHits): void {
    this.#examples.push(example)
    this.rows.push(row)
    this.hits += row.sighted.length + row.rules.length / RULE_STRIDE
  }

  input({ plan, evidence }: ReduceContext): RoundInput {
    const { rows } = this
    const places = rows.map(({ shard }) => shard)
    const rules = new Float64Array(rows.reduce((sum, row) => sum + row.rules.length, 0))
    const ruleEnd = new Uint32Array(rows.length)
    let end = 0
    rows.forEach((row, i) => {
      rules.set(row.rules, end)
      ruleEnd[i] = end += row.rules.length
    })
    const sighted = rows.flatMap((row, i) => row.sighted.map((match) => [i, match] as const))
    const paths = [...new Set(places)].map((shard) => [shard, plan.shards[shard]?.path ?? ''] as const)
    return {
      ...packExamples(this.#examples),
      ...{ rules, ruleEnd, sighted: sighted as unknown as JsonValue, source: plan.columns.source, evidence },
      component: rows.map(({ component }) => component),
      paths: Object.fromEntries(paths),
    }
  }
}

/** Makers of this thread's evidence: they remember what they have cut of the items. */
const makers = new WeakMap<ContaminationIndex, Making>()

function making(index: ContaminationIndex, evidence: EvidenceLevel): Making {
  const known = makers.get(index)
  if (known?.evidence === evidence) return known
  const { items } = index
  const tools = { maker: new EvidenceMaker(items), quoter: new RuleQuoter(items, evidence) }
  const made = { index, evidence, paths: {}, kinds: new Map(), ...tools }
  makers.set(index, made)
  return made
}

/** Round: the findings of some rows, in their order, and what is counted of them. */
export function findingsRound(input: RoundInput, index: ContaminationIndex): Tally {
  const made = making(index, input['evidence'] as EvidenceLevel)
  made.paths = input['paths'] as Making['paths']
  const column = input['source'] as string | null
  const packer = new FindingPacker()
  const numbers: number[] = []
  const [perRow, sources, sameText]: [number[], (string | null)[], JsonValue[]] = [[], [], []]
  for (const [hits, example] of rowsOf(input)) {
    made.quoter.example = example
    const matches = matchesOf(hits, index)
    const row = foundIn(example, hits.component, made.paths[hits.shard] ?? '')
    for (const match of matches) {
      packer.add(makeFinding(match, row, made))
      if (match.className !== null && match.sameText.length > 0)
        sameText.push([numbers.length, match.sameText])
      numbers.push(numberOf(match))
    }
    perRow.push(matches.length)
    const source = column === null || !matches.some(({ counted }) => counted) ? null : example.columns[column]
    sources.push(typeof source === 'string' ? source : null)
  }
  const counted = { perRow: Uint32Array.from(perRow), numbers: Float64Array.from(numbers), sameText, sources }
  return { ...packer.take(), ...counted, component: input['component'] as JsonValue }
}

function* rowsOf(input: RoundInput): Generator<[RowHits, Example]> {
  const [rules, ruleEnd] = [input['rules'] as Float64Array, input['ruleEnd'] as Uint32Array]
  const component = input['component'] as readonly string[]
  const all = input['sighted'] as unknown as readonly (readonly [number, Match])[]
  let next = 0
  for (const [i, example] of unpackExamples(input as unknown as PackedExamples).entries()) {
    const sighted: Match[] = []
    while (all[next]?.[0] === i) sighted.push((all[next++] as readonly [number, Match])[1])
    const own = rules.subarray(i === 0 ? 0 : ruleEnd[i - 1], ruleEnd[i])
    const { shard, row } = example
    yield [{ shard, row, component: component[i] as string, sighted, rules: own }, example]
  }
}

/** The rows of an answer. */
function* foundRows(answer: Tally, index: ContaminationIndex): Generator<FoundRow> {
  const known = METHODS.map((method) => index.methods.includes(method))
  const numbers = answer['numbers'] as Float64Array
  const component = answer['component'] as readonly string[]
  const sources = answer['sources'] as readonly (string | null)[]
  const sameText = new Map(answer['sameText'] as unknown as readonly [number, readonly number[]][])
  let at = 0
  for (const [row, count] of (answer['perRow'] as Uint32Array).entries()) {
    const matches: CountedMatch[] = []
    for (const end = at + count; at < end; at++) {
      const number = numbers[at] as number
      const place = number % (CLASSES.length + 1)
      const pair = (number - place) / (CLASSES.length + 1)
      const [method, className] = [pair % METHODS.length, CLASSES[place - 1]?.name ?? null]
      const item = (pair - method) / METHODS.length
      matches.push({
        item,
        method,
        className,
        counted: className === null ? known[method] === true : isCounted(className),
        component: component[row] as string,
        sameText: sameText.get(at) ?? (className === null ? ruleSameText(method, item, index) : []),
      })
    }
    yield { source: sources[row] as string | null, matches }
  }
}
