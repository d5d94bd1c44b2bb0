import type { JsonObject, JsonValue } from '../../core/json.ts'

/** Spelling aside: `Answer Key`, `answer_key` and `answerKey` are one name. */
export function folded(name: string): string {
  return name.toLowerCase().replace(/[\s_-]+/g, '')
}

/** The columns of one row by name, whatever the case they are written in. Empty ones (null, '') count as missing. */
export class Columns {
  readonly row: JsonObject
  private readonly byName = new Map<string, string>()

  constructor(row: JsonObject) {
    this.row = row
    for (const name of Object.keys(row)) {
      const known = folded(name)
      const before = this.byName.get(known)
      if (before === undefined || isEmpty(row[before])) this.byName.set(known, name)
    }
  }

  /** The column as it is written, else the one of that name in another spelling. */
  named(name: string): JsonValue | undefined {
    const own = this.spelling(name)
    return own === undefined ? undefined : this.row[own]
  }

  /** How the row writes a name; undefined where it has no such column. */
  spelling(name: string): string | undefined {
    return Object.hasOwn(this.row, name) ? name : this.byName.get(folded(name))
  }

  /** Value of the first of the folded names that has one. */
  first(names: readonly string[]): JsonValue | undefined {
    const [found] = this.given(names)
    return found?.value
  }

  /** All columns of these folded names that hold something, in the order of the names. */
  given(names: readonly string[]): { column: string; value: JsonValue }[] {
    return names.flatMap((name) => {
      const column = this.byName.get(name)
      const value = column === undefined ? undefined : this.row[column]
      return column === undefined || value === undefined || value === null ? [] : [{ column, value }]
    })
  }
}

export function isEmpty(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || value === ''
}
