/** An issue of the schema library, as far as its facts go; its own wording is not for users. */
export interface SchemaIssue {
  code: string
  message: string
  expected?: unknown
  origin?: unknown
  minimum?: unknown
  maximum?: unknown
  values?: unknown
  format?: unknown
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping of keys to values',
  record: 'a mapping of keys to values',
  null: 'nothing',
}

/** What was expected, in our words: "a text", "a list of at least 1", "one of a, b". Wording of our own rules stays. */
export function expectedOf(issue: SchemaIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return KINDS[String(issue.expected)] ?? `a value of kind ${String(issue.expected)}`
    case 'too_small':
      return `${sizedKind(issue.origin)} of at least ${String(issue.minimum)}${unitOf(issue.origin)}`
    case 'too_big':
      return `${sizedKind(issue.origin)} of at most ${String(issue.maximum)}${unitOf(issue.origin)}`
    case 'invalid_value':
      return Array.isArray(issue.values) ? `one of ${issue.values.map(String).join(', ')}` : 'a known value'
    case 'invalid_union':
      return 'a value of one of the forms the schema gives'
    default:
      return issue.message.replace(/^Invalid (input|string)(: )?/, '') || 'another value'
  }
}

function sizedKind(origin: unknown): string {
  return origin === 'int' ? 'a number' : (KINDS[String(origin)] ?? 'a value')
}

function unitOf(origin: unknown): string {
  return origin === 'string' ? ' characters' : origin === 'array' ? ' entries' : ''
}
