import type { ExampleColumns } from '../core/example.ts'
import type { Plan } from '../core/plan.ts'
import type { NotChecked } from '../core/stage.ts'
import { shapeColumns } from '../io/shape.ts'

/** Columns that hold what a model is trained on where they stand, whatever else a table has beside its conversations. */
const TRAINED_ON: ReadonlySet<string> = new Set(
  `system system_prompt instruction instructions input context prompt query question options choices output response
   answer completion chosen rejected explanation exp rationale reasoning thinking cot complex_cot reasoning_content
   long_answer opa opb opc opd`.split(/\s+/),
)

/**
 * What no stage will see of a corpus; null where nothing is left out.
 * @param columns of each shard: files of one source may be laid out differently. Where none are given, those of the plan.
 */
export function unreadColumns(
  { shards, columns: first }: Plan,
  columns: readonly ExampleColumns[] = [],
): NotChecked | null {
  const [unread, read] = [new Set<string>(), new Set<string>()]
  shards.forEach(({ schema }, i) => {
    const { shape, id, source } = columns[i] ?? first
    const own = new Set([...shapeColumns(shape), id, source])
    const beside = (schema ?? []).filter(({ name }) => TRAINED_ON.has(name.toLowerCase()) && !own.has(name))
    if (beside.length === 0) return
    for (const { name } of beside) unread.add(name)
    for (const name of shapeColumns(shape)) read.add(name)
  })
  if (unread.size === 0) return null
  const listed = (all: Iterable<string>) => [...all].map((name) => `"${name}"`).join(', ')
  return {
    what: `text of the columns ${listed([...unread].sort())}`,
    why: `rows are read from ${listed(read)}, and these columns stand beside`,
    needs: 'name the columns a row is made of under `shape:` in the pipeline',
  }
}
