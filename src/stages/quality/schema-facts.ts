import { finding } from '../../core/finding-id.ts'
import type { Finding } from '../../core/finding.ts'
import { canonicalJson } from '../../core/json.ts'
import type { JsonObject, JsonValue } from '../../core/json.ts'
import { columnsTold } from '../../core/plan.ts'
import type { Plan } from '../../core/plan.ts'

/** The layouts of a component's files, each with the paths that have it. */
export interface Layout {
  columns: Record<string, string>
  paths: string[]
}

export function layouts(plan: Plan): ReadonlyMap<string, readonly Layout[]> {
  const components = new Map<string, Map<string, Layout>>()
  for (const shard of plan.shards) {
    const { component, path } = shard
    const schema = columnsTold(shard)
    if (schema === null) continue
    const columns = Object.fromEntries(schema.map((field) => [field.name, field.type]))
    const key = canonicalJson(columns)
    const known = components.get(component) ?? new Map<string, Layout>()
    components.set(component, known)
    const layout = known.get(key)
    if (layout === undefined) known.set(key, { columns, paths: [path] })
    else layout.paths.push(path)
  }
  return new Map([...components].map(([name, known]) => [name, [...known.values()]]))
}

/** Columns per component: one layout, or a list of differing ones. */
export function schemaMetrics(all: ReadonlyMap<string, readonly Layout[]>): JsonObject {
  const one = (list: readonly Layout[]): JsonValue =>
    list.length === 1
      ? list[0]!.columns
      : list.map(({ columns, paths }) => ({ columns, files: paths.length }))
  return Object.fromEntries([...all].map(([name, list]) => [name, one(list)]))
}

/** Files of one component whose columns differ load with errors, or with columns silently missing. */
export function* schemaFindings(all: ReadonlyMap<string, readonly Layout[]>): Generator<Finding> {
  for (const [name, list] of all) {
    if (list.length < 2) continue
    yield finding({
      rule: 'quality/schema-differs',
      severity: 'medium',
      place: { kind: 'component', name },
      message: `The files of the component have ${list.length} different sets of columns`,
      evidence: {
        layouts: list.map(({ columns, paths }) => ({ columns, files: paths.length, first: paths[0]! })),
      },
    })
  }
}
