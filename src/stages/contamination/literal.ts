import type { JsonValue } from '../../core/json.ts'

/** Longer text is no list of options, and would only cost time. */
const LONGEST = 100_000
const WORDS: Readonly<Record<string, string>> = { None: 'null', True: 'true', False: 'false' }
const TOKEN = /'(?:[^'\\]|\\[^])*'|"(?:[^"\\]|\\[^])*"|[A-Za-z]+|-?\d+(?:\.\d+)?|[[\]{},:()]|\s+|[^]/g

/** A list or an object written into a text, as CSV files hold them: in JSON, or as Python and numpy print them. */
export function parseLiteral(text: string): JsonValue | undefined {
  const trimmed = text.trim()
  if (!/^[[{]/.test(trimmed) || trimmed.length > LONGEST) return undefined
  return parsed(trimmed) ?? parsed(asJson(trimmed))
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return undefined
  }
}

function asJson(text: string): string {
  const tokens: string[] = []
  for (const [token] of text.matchAll(TOKEN)) {
    if (/^\s/.test(token)) continue
    // numpy prints no commas between the texts of an array.
    if (/^['"]/.test(token) && /"$/.test(tokens.at(-1) ?? '')) tokens.push(',')
    tokens.push(
      /^['"]./.test(token) ? JSON.stringify(unescaped(token.slice(1, -1))) : (WORDS[token] ?? token),
    )
  }
  return tokens.join('')
}

function unescaped(text: string): string {
  return text.replace(/\\([^])/g, (_, char: string) => (char === 'n' ? '\n' : char === 't' ? '\t' : char))
}
