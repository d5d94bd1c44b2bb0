import { finding } from '../../core/finding-id.ts'
import type { Finding, RowPlace } from '../../core/finding.ts'
import type { Example } from '../../core/example.ts'
import type { JsonValue } from '../../core/json.ts'
import { quote } from '../../core/quote.ts'
import type { ReduceContext } from '../../core/stage.ts'
import type { Source } from './registry.ts'
import { FLAG } from './flagged.ts'
import type { Flagged } from './flagged.ts'
import { SPLITS } from './upstream.ts'
import type { UpstreamIndex } from './upstream.ts'

interface Index {
  sources: readonly Source[]
  upstream: UpstreamIndex
}

/** Findings of the rows listed, in row order, with the turn quoted. */
export async function* flaggedFindings(
  flagged: readonly Flagged[],
  index: Index,
  context: ReduceContext,
): AsyncGenerator<Finding> {
  const refs = flagged.map(({ shard, row }) => ({ shard, row }))
  const distinct = refs.filter(
    ({ shard, row }, i) => shard !== refs[i - 1]?.shard || row !== refs[i - 1]?.row,
  )
  let next = 0
  for await (const example of context.examples(distinct)) {
    for (; next < flagged.length; next++) {
      const one = flagged[next]!
      if (one.shard !== example.shard || one.row !== example.row) break
      yield rowFinding(one, example, index, context)
    }
  }
}

function rowFinding(one: Flagged, example: Example, index: Index, context: ReduceContext): Finding {
  const { upstream, sources } = index
  const source = sources[upstream.source[one.item]!]!.name
  const split = SPLITS[upstream.split[one.item]!]!
  const item = upstream.row[one.item]!
  const shard = context.plan.shards[one.shard]!
  const place: RowPlace = {
    component: shard.component,
    path: shard.path,
    row: one.row,
    ...(example.exampleId === null ? {} : { exampleId: example.exampleId }),
  }
  const text = example.turns[one.turn]!.text
  const [containment, aligned] = [rounded(one.containment), rounded(one.aligned)]
  return finding({
    ...RULES[one.why]!,
    place: { kind: 'row', ...place },
    message: message(one, { source, split, item }, sources),
    evidence: {
      source,
      split,
      item,
      view: one.near === 1 ? 'near' : 'contained',
      containment,
      aligned,
      declared: one.declared < 0 ? null : sources[one.declared]!.name,
      turn: one.turn,
      quote: quote(text, 0, text.length, context.evidence) as unknown as JsonValue,
    },
    score: one.near === 1 ? aligned : containment,
    key: `${source}/${split}/${item}`,
  })
}

function rounded(ratio: number): number {
  return Math.round(ratio * 1e6) / 1e6
}

const RULES: readonly Pick<Finding, 'rule' | 'severity'>[] = [
  { rule: 'attribution/test-split', severity: 'high' },
  { rule: 'attribution/validation-split', severity: 'medium' },
  { rule: 'attribution/source-contradicted', severity: 'medium' },
]

function message(
  one: Flagged,
  found: { source: string; split: string; item: number },
  sources: readonly Source[],
): string {
  const where = `item ${found.item} of the ${found.split} split of ${found.source}`
  if (one.why !== FLAG.contradicted) {
    const is = one.near === 1 ? 'is a reworded' : 'is'
    return `the question ${is} ${where}; training data should not hold it`
  }
  return `the row declares ${sources[one.declared]!.name} and was found as ${where} instead`
}
