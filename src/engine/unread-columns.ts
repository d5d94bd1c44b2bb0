import type { Plan } from '../core/plan.ts'
import type { NotChecked } from '../core/stage.ts'
import { shapeColumns } from '../io/shape.ts'

/** Columns that hold what a model is trained on where they stand, whatever else a table has beside its conversations. */
const TRAINED_ON: ReadonlySet<string> = new Set(
  `system system_prompt instruction instructions input context prompt query question options choices output response
   answer completion chosen rejected explanation exp rationale reasoning thinking cot complex_cot reasoning_content
   long_answer opa opb opc opd`.split(/\s+/),
)

/** What no stage will see of a corpus; null where nothing is left out. */
export function unreadColumns({ shards, columns }: Plan): NotChecked | null {
  const { shape, id, source } = columns
  const read = new Set([...shapeColumns(shape), id, source])
  const names = new Set<string>()
  for (const { schema } of shards)
    for (const { name } of schema ?? [])
      if (TRAINED_ON.has(name.toLowerCase()) && !read.has(name)) names.add(name)
  if (names.size === 0) return null
  const listed = (all: Iterable<string>) => [...all].map((name) => `"${name}"`).join(', ')
  return {
    what: `text of the columns ${listed([...names].sort())}`,
    why: `rows are read from ${listed(shapeColumns(shape))}, and these columns stand beside`,
    needs: 'name the columns a row is made of under `shape:` in the pipeline',
  }
}
