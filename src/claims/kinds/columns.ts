import { z } from 'zod'
import type { InputRecord } from '../../core/record.ts'
import type { Part } from '../kind.ts'
import { defineKind } from '../kind.ts'
import { absenceOf, componentsOf, inputsOf } from '../measure.ts'
import { compose, unanswered, weaken } from '../verdict.ts'
import { COMPONENTS } from './fields.ts'

/** Columns a card documents: present, and of the stated type, in every file. */
export const columns = defineKind({
  name: 'columns',
  title: 'Presence of columns, and their types',
  keys: {
    columns: z
      .array(
        z.strictObject({
          name: z.string().min(1),
          type: z.string().min(1).optional().describe('Type as the report writes it, e.g. `list<struct<…>>`'),
        }),
      )
      .min(1),
    exact: z.boolean().default(false).describe('No other column may be there'),
    components: COMPONENTS,
  },
  judge(body, { measured }) {
    const components = componentsOf(body.components, measured)
    // A file without rows may have no columns either: it says nothing of them.
    const inputs = inputsOf(components, measured).filter(
      ({ rows, schema }) => rows > 0 || schema === null || schema.length > 0,
    )
    const read = inputs.filter((input) => input.schema !== null)
    if (read.length === 0) {
      const [absence] = absenceOf(components, measured)
      return unanswered('undetermined', absence ?? 'no file of these components has a schema that was read', {
        stated: body.columns.map((column) => column.name),
      })
    }
    const parts = body.columns.map((column) => present(column, read))
    if (body.exact)
      parts.push(
        nothingElse(
          body.columns.map((column) => column.name),
          read,
        ),
      )
    const unread = inputs.length - read.length
    if (unread > 0) {
      parts.push({
        name: 'all files',
        verdict: 'undetermined',
        because: `${unread} files have no schema that was read`,
      })
    }
    const found = [...new Set(read.flatMap((input) => input.schema!.map((field) => field.name)))].sort()
    const judged = compose(parts, { stated: body.columns.map((column) => column.name), measured: found })
    return weaken(judged, absenceOf(components, measured))
  },
})

function present(column: { name: string; type?: string | undefined }, inputs: readonly InputRecord[]): Part {
  const wrong: string[] = []
  for (const input of inputs) {
    const field = input.schema!.find((candidate) => candidate.name === column.name)
    if (field === undefined) wrong.push(`${input.path} has no such column`)
    else if (column.type !== undefined && field.type !== column.type)
      wrong.push(`${input.path} has ${field.type}`)
  }
  if (wrong.length === 0) {
    return { name: column.name, verdict: 'verified', because: `in all ${inputs.length} files` }
  }
  const because = `${wrong.slice(0, 3).join('; ')}${wrong.length > 3 ? `; and ${wrong.length - 3} more files` : ''}`
  return { name: column.name, verdict: 'contradicted', because, stands: true }
}

function nothingElse(named: readonly string[], inputs: readonly InputRecord[]): Part {
  const extra = new Set(inputs.flatMap((input) => input.schema!.map((field) => field.name)))
  for (const name of named) extra.delete(name)
  const list = [...extra].sort()
  return list.length === 0
    ? { name: 'no other column', verdict: 'verified', because: 'no other column was found' }
    : {
        name: 'no other column',
        verdict: 'contradicted',
        because: `also found: ${list.join(', ')}`,
        stands: true,
      }
}
