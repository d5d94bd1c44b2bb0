import { AuditError } from '../core/error.ts'

export interface TextLine {
  text: string
  /** 1-based. */
  line: number
}

const LONGEST_LINE = 64 * 1024 * 1024

/**
 * Non-blank lines of UTF-8 text (LF or CRLF, a last line without newline included); invalid UTF-8 becomes U+FFFD.
 * @throws AuditError JSONL_INVALID for a line longer than 64 MB, or whatever the stream fails with.
 */
export async function* textLines(chunks: AsyncIterable<Uint8Array>, where: string): AsyncGenerator<TextLine> {
  const decoder = new TextDecoder('utf-8')
  /** Pieces of the line being read: joined once, however many chunks a line spans. */
  let parts: string[] = []
  let length = 0
  let line = 0
  const emit = function* (last: string): Generator<TextLine> {
    const text = parts.join('') + last
    parts = []
    length = 0
    line++
    if (text.trim() !== '') yield { text, line }
  }
  try {
    for await (const chunk of chunks) {
      const pieces = decoder.decode(chunk, { stream: true }).split('\n')
      const open = pieces.pop() ?? ''
      for (const piece of pieces) yield* emit(piece)
      parts.push(open)
      length += open.length
      if (length > LONGEST_LINE) throw tooLong(where, line + 1)
    }
    yield* emit(decoder.decode())
  } catch (cause) {
    if (cause instanceof AuditError) throw cause
    const got = (cause as NodeJS.ErrnoException).code ?? 'a failure'
    throw new AuditError('JSONL_INVALID', {
      what: 'The text cannot be read',
      where: `${where}, line ${line + 1}`,
      got,
      cause,
    })
  }
}

function tooLong(where: string, line: number): AuditError {
  const expected = `at most ${LONGEST_LINE} characters`
  return new AuditError('JSONL_INVALID', {
    what: 'A line is too long',
    where: `${where}, line ${line}`,
    expected,
  })
}
