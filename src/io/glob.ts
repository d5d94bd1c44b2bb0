import { AuditError } from '../core/error.ts'

/*
 * Own matcher instead of a library: patterns come from dataset cards and pipelines, and turning them into regular
 * expressions lets a hostile one run for ever. Matching here takes at most pattern × path steps.
 */

type Token =
  | { kind: 'char'; char: string }
  | { kind: 'any' }
  | { kind: 'star' }
  | { kind: 'set'; negated: boolean; ranges: string[] }

const LONGEST_PATTERN = 1000
const MOST_ALTERNATIVES = 256

/** Whether a pattern is more than a literal path. */
export function isGlob(pattern: string): boolean {
  return /[*?[{]/.test(pattern)
}

/** A pattern that matches exactly this path. */
export function literalGlob(path: string): string {
  return path.replace(/[*?[\]{}\\,]/g, '\\$&')
}

/**
 * Compiles a glob on forward-slash paths: `*` and `?` stay inside a segment, `**` crosses segments, `[a-z]`, `[!a]`,
 * `{a,b}`, and backslash escapes. Wildcards do not match a leading dot, as in a shell.
 * @throws AuditError SOURCE_INVALID for a pattern too long or with too many alternatives.
 */
export function compileGlob(pattern: string): (path: string) => boolean {
  if (pattern.length > LONGEST_PATTERN) throw tooBig(pattern)
  const alternatives = expandBraces(pattern.replace(/^\.\//, '')).map(segmentsOf)
  return (path) => {
    const parts = path.split('/')
    return alternatives.some((segments) => matchSegments(segments, parts))
  }
}

function tooBig(pattern: string): AuditError {
  return new AuditError('SOURCE_INVALID', {
    what: 'A file pattern is too large',
    where: `${pattern.slice(0, 60)}…`,
    expected: `at most ${LONGEST_PATTERN} characters and ${MOST_ALTERNATIVES} alternatives`,
  })
}

function expandBraces(pattern: string): string[] {
  let done: string[] = ['']
  for (let i = 0; i < pattern.length; i++) {
    const options = pattern[i] === '{' ? braceAt(pattern, i) : null
    if (options !== null) {
      const inner = options.parts.flatMap(expandBraces)
      done = done.flatMap((prefix) => inner.map((part) => prefix + part))
      i = options.end
    } else {
      const piece = pattern[i] === '\\' ? pattern.slice(i, ++i + 1) : (pattern[i] ?? '')
      done = done.map((prefix) => prefix + piece)
    }
    if (done.length > MOST_ALTERNATIVES) throw tooBig(pattern)
  }
  return done
}

/** The comma-separated parts of the brace group at `start`; null when it is not closed or has a single part. */
function braceAt(pattern: string, start: number): { parts: string[]; end: number } | null {
  const parts: string[] = []
  let depth = 0
  let from = start + 1
  for (let i = start; i < pattern.length; i++) {
    const char = pattern[i]
    if (char === '\\') i++
    else if (char === '{') depth++
    else if (char === ',' && depth === 1) {
      parts.push(pattern.slice(from, i))
      from = i + 1
    } else if (char === '}' && --depth === 0) {
      parts.push(pattern.slice(from, i))
      return parts.length > 1 ? { parts, end: i } : null
    }
  }
  return null
}

/** `'**'` or the tokens of one path segment. */
type Segment = '**' | Token[]

function segmentsOf(pattern: string): Segment[] {
  const segments: Segment[] = []
  for (const part of pattern.split('/')) {
    if (part !== '**') segments.push(tokensOf(part))
    else if (segments.at(-1) !== '**') segments.push(part)
  }
  return segments
}

function tokensOf(part: string): Token[] {
  const tokens: Token[] = []
  for (let i = 0; i < part.length; i++) {
    const char = part[i] ?? ''
    const set = char === '[' ? setAt(part, i) : null
    if (set !== null) {
      tokens.push(set.token)
      i = set.end
    } else if (char === '\\' && i + 1 < part.length) tokens.push({ kind: 'char', char: part[++i] ?? '' })
    else if (char === '?') tokens.push({ kind: 'any' })
    else if (char !== '*') tokens.push({ kind: 'char', char })
    else if (tokens.at(-1)?.kind !== 'star') tokens.push({ kind: 'star' })
  }
  return tokens
}

function setAt(part: string, start: number): { token: Token; end: number } | null {
  const negated = part[start + 1] === '!' || part[start + 1] === '^'
  const from = start + (negated ? 2 : 1)
  const end = part.indexOf(']', from + 1)
  if (end < 0) return null
  const ranges: string[] = []
  for (let i = from; i < end; i++) {
    const range = part[i + 1] === '-' && i + 2 < end
    ranges.push(range ? `${part[i]}${part[i + 2]}` : `${part[i]}${part[i]}`)
    if (range) i += 2
  }
  return { token: { kind: 'set', negated, ranges }, end }
}

/** Greedy with one backtrack point: the last `**` is the only one worth extending. */
function matchSegments(segments: Segment[], parts: string[]): boolean {
  let s = 0
  let p = 0
  let starAt = -1
  let resume = 0
  while (p < parts.length) {
    const segment = segments[s]
    const part = parts[p] ?? ''
    if (segment === '**') {
      starAt = s++
      resume = p
    } else if (segment !== undefined && matchPart(segment, part)) {
      s++
      p++
    } else if (starAt >= 0 && !(parts[resume] ?? '').startsWith('.')) {
      p = ++resume
      s = starAt + 1
    } else return false
  }
  while (segments[s] === '**') s++
  return s === segments.length
}

function matchPart(tokens: Token[], text: string): boolean {
  if (text.startsWith('.') && !(tokens[0]?.kind === 'char' && tokens[0].char === '.')) return false
  let t = 0
  let i = 0
  let starAt = -1
  let resume = 0
  while (i < text.length) {
    const token = tokens[t]
    if (token?.kind === 'star') {
      starAt = t++
      resume = i
    } else if (token !== undefined && matchChar(token, text[i] ?? '')) {
      t++
      i++
    } else if (starAt >= 0) {
      i = ++resume
      t = starAt + 1
    } else return false
  }
  while (tokens[t]?.kind === 'star') t++
  return t === tokens.length
}

function matchChar(token: Token, char: string): boolean {
  if (token.kind === 'char') return token.char === char
  if (token.kind === 'set') {
    const inside = token.ranges.some((range) => char >= (range[0] ?? '') && char <= (range[1] ?? ''))
    return inside !== token.negated
  }
  return token.kind === 'any'
}
