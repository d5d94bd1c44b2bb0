/**
 * A column's type as data, and the one-line text a footer's schema is shown and planned with:
 * `list<struct<from: utf8, value: utf8>>`. Field names that are not plain words are quoted as JSON.
 */
export type TypeNode =
  | { kind: 'scalar'; name: string }
  | { kind: 'list'; item: TypeNode }
  | { kind: 'struct'; fields: readonly { name: string; type: TypeNode }[] }
  | { kind: 'map'; key: TypeNode; value: TypeNode }

const PLAIN_NAME = /^[A-Za-z0-9_.-]+$/

export function typeText(type: TypeNode): string {
  switch (type.kind) {
    case 'scalar':
      return type.name
    case 'list':
      return `list<${typeText(type.item)}>`
    case 'map':
      return `map<${typeText(type.key)}, ${typeText(type.value)}>`
    case 'struct':
      return `struct<${type.fields.map(fieldText).join(', ')}>`
  }
}

function fieldText(field: { name: string; type: TypeNode }): string {
  const name = PLAIN_NAME.test(field.name) ? field.name : JSON.stringify(field.name)
  return `${name}: ${typeText(field.type)}`
}

/** The inverse of `typeText`; text it cannot read becomes a scalar of that name. */
export function parseType(text: string): TypeNode {
  const parser = new TypeParser(text)
  const type = parser.type(0)
  return type !== null && parser.finished() ? type : { kind: 'scalar', name: text }
}

class TypeParser {
  private readonly text: string
  private at = 0

  constructor(text: string) {
    this.text = text
  }

  finished(): boolean {
    return this.at === this.text.length
  }

  type(depth: number): TypeNode | null {
    if (depth > 64) return null
    if (this.take('list<')) {
      const item = this.type(depth + 1)
      return item !== null && this.take('>') ? { kind: 'list', item } : null
    }
    if (this.take('map<')) {
      const key = this.type(depth + 1)
      if (key === null || !this.take(', ')) return null
      const value = this.type(depth + 1)
      return value !== null && this.take('>') ? { kind: 'map', key, value } : null
    }
    return this.take('struct<') ? this.struct(depth) : this.scalar()
  }

  private struct(depth: number): TypeNode | null {
    const fields: { name: string; type: TypeNode }[] = []
    if (this.take('>')) return { kind: 'struct', fields }
    do {
      const name = this.name()
      if (name === null || !this.take(': ')) return null
      const type = this.type(depth + 1)
      if (type === null) return null
      fields.push({ name, type })
    } while (this.take(', '))
    return this.take('>') ? { kind: 'struct', fields } : null
  }

  private name(): string | null {
    const found = this.match(/[A-Za-z0-9_.-]+|"(?:[^"\\]|\\.)*"/y)
    if (found === null || !found.startsWith('"')) return found
    return JSON.parse(found) as string
  }

  private scalar(): TypeNode | null {
    const name = this.match(/[a-z][A-Za-z0-9_]*(?:\([^<>()]*\)|\[[^<>[\]]*\])?/y)
    return name === null ? null : { kind: 'scalar', name }
  }

  private match(pattern: RegExp): string | null {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)
    if (found === null) return null
    this.at += found[0].length
    return found[0]
  }

  private take(literal: string): boolean {
    if (!this.text.startsWith(literal, this.at)) return false
    this.at += literal.length
    return true
  }
}
