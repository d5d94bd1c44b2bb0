import { existsSync } from 'node:fs'
import { resolve, sep } from 'node:path'
import { closest } from '../core/closest.ts'
import { AuditError } from '../core/error.ts'
import type { JsonObject, JsonValue } from '../core/json.ts'

const FIELDS = ['id', 'question', 'options', 'answer', 'context']
const LOOKS_LIKE_FILE = /[/\\]|\.(jsonl|json|csv|tsv|parquet)(\.gz|\.zstd?)?$/i

interface Asked {
  name: string
  /** The name was given, or is one of the registry: it stays as it is. */
  fixed: boolean
  file: string | null
}

/** What of the flags becomes the stage's list of benchmarks; `nameOf` makes a name of a path. */
export function benchmarksOf(
  given: readonly string[],
  flags: { prompt: string | undefined; field: readonly string[] | undefined },
  nameOf: (path: string) => string,
): JsonValue[] {
  const asked = given.map((argument) => askedFor(argument, nameOf))
  const fields = fieldsOf(flags.field ?? [])
  if (fields !== null && asked.every(({ file }) => file === null)) {
    throw new AuditError('USAGE', {
      what: '--field maps columns of a benchmark file, and no file is given',
      got: `--benchmark ${given.join(' ')}`,
      fix: 'name a file: --benchmark exam.csv --field question=COLUMN',
    })
  }
  const names = distinctNames(asked, nameOf)
  return asked.map(({ file }, i): JsonValue => {
    const name = names[i] as string
    const prompt = flags.prompt === undefined ? {} : { prompt: flags.prompt }
    if (file === null) return flags.prompt === undefined ? name : { name, ...prompt }
    return { name, file, ...prompt, ...(fields === null ? {} : { fields }) }
  })
}

/** A file when it looks like one, `NAME=FILE`, else a name of the registry. */
function askedFor(argument: string, nameOf: (path: string) => string): Asked {
  const [, name, file] = /^([^=/\\]+)=(.+)$/.exec(argument) ?? []
  // A file may have the sign in its own name.
  if (name !== undefined && file !== undefined && !existsSync(argument)) return { name, file, fixed: true }
  if (!LOOKS_LIKE_FILE.test(argument)) return { name: argument, file: null, fixed: true }
  return { name: baseName(argument, nameOf), file: argument, fixed: false }
}

function baseName(path: string, nameOf: (path: string) => string): string {
  return nameOf(path).replace(/\.[a-z.]+$/i, '')
}

/** Files of the same name are told apart by as many of their folders as it takes; the same file twice is not. */
function distinctNames(asked: readonly Asked[], nameOf: (path: string) => string): string[] {
  const names = asked.map(({ name }) => name)
  const paths = asked.map(({ file }) => resolve(file ?? ''))
  const longest = Math.max(...paths.map((path) => path.split(sep).length))
  for (let folders = 1; folders < longest; folders++) {
    const twice = names.map((name, i) =>
      names.some(
        (other, j) => other === name && (paths[i] !== paths[j] || asked[j]?.fixed === true) && i !== j,
      ),
    )
    if (!twice.some((same, i) => same && asked[i]?.fixed === false)) break
    for (const [i, { fixed, name }] of asked.entries()) {
      if (twice[i] !== true || fixed) continue
      const above = (paths[i] as string)
        .split(sep)
        .filter((part) => part !== '')
        .slice(0, -1)
      names[i] = [...above.slice(-folders).map((part) => nameOf(part)), name].join('/')
    }
  }
  return names
}

/** `question=COL`, `answer=COL`, `options=COL` or `options=COL,COL,…`; null where none is given. */
function fieldsOf(given: readonly string[]): JsonObject | null {
  const fields = new Map<string, string | string[]>()
  for (const argument of given) {
    const [, key = '', column = ''] = /^([^=]*)=(.*)$/s.exec(argument) ?? []
    if (!FIELDS.includes(key) || column === '') throw wrongField(argument, key)
    const before = fields.get(key)
    if (before !== undefined && key !== 'options') {
      throw wrongUsage(`--field names the column of "${key}" twice`, `"${String(before)}" and "${column}"`)
    }
    const columns =
      key === 'options' ? [...[before ?? []].flat(), ...column.split(',').map(trimmed)] : [column]
    if (columns.includes('')) throw wrongUsage('--field options holds an empty column name', argument)
    fields.set(key, columns.length === 1 ? (columns[0] as string) : columns)
  }
  return fields.size === 0 ? null : Object.fromEntries(fields)
}

function trimmed(text: string): string {
  return text.trim()
}

function wrongField(argument: string, key: string): AuditError {
  const near = closest(key, FIELDS)
  const fix = near === null || near === key ? '--field question=COLUMN' : `did you mean "${near}=…"?`
  return wrongUsage('--field cannot be used', argument, fix)
}

function wrongUsage(what: string, got: string, fix?: string): AuditError {
  const expected = `FIELD=COLUMN with FIELD one of ${FIELDS.join(', ')}; options=COL,COL,… for options in columns of their own`
  return new AuditError('USAGE', { what, expected, got, ...(fix === undefined ? {} : { fix }) })
}
