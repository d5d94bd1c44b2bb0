import { LineCounter, parseDocument, visit } from 'yaml'
import { AuditError } from '../core/error.ts'
import type { ErrorCode } from '../core/error.ts'

/** Pipelines and registries are written by hand; anything longer is not one. */
const LONGEST_BYTES = 1024 * 1024
const DEEPEST = 32

export interface YamlOrigin {
  /** The file as errors name it. */
  where: string
  code: ErrorCode
}

/**
 * Parses one YAML 1.2 document with the limits untrusted text needs: size, depth, no duplicate keys, and no alias
 * expansion beyond the parser's count (an "alias bomb" fails before it takes memory).
 * @throws AuditError with line and column.
 */
export function parseYaml(text: string, origin: YamlOrigin): unknown {
  const { where, code } = origin
  if (text.length > LONGEST_BYTES) {
    throw new AuditError(code, {
      what: 'The YAML file is too large',
      where,
      expected: `at most ${LONGEST_BYTES} characters`,
      got: `${text.length}`,
    })
  }
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { lineCounter, uniqueKeys: true, version: '1.2', merge: false })
  const [first] = [...document.errors, ...document.warnings]
  if (first !== undefined) {
    const at = lineCounter.linePos(first.pos[0])
    throw malformed(origin, `${where}:${at.line}:${at.col}`, first.message.split('\n')[0] ?? '')
  }
  visit(document, (_key, _node, path) => {
    if (path.length > DEEPEST * 2) throw malformed(origin, where, `more than ${DEEPEST} levels of nesting`)
  })
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown
  } catch (cause) {
    throw new AuditError(code, {
      what: 'The YAML file expands to too many aliases',
      where,
      expected: 'at most 100 alias expansions',
      got: cause instanceof Error ? cause.message : String(cause),
      fix: 'Write the values out instead of nesting aliases',
      cause,
    })
  }
}

function malformed(origin: YamlOrigin, where: string, got: string): AuditError {
  return new AuditError(origin.code, {
    what: 'The file is not valid YAML',
    where,
    got: got.replace(/ at line \d+, column \d+:?$/, ''),
    fix: 'Correct that line',
  })
}
