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
  let rest = ''
  let line = 0
  const emit = function* (text: string): Generator<TextLine> {
    line++
    if (text.trim() !== '') yield { text, line }
  }
  try {
    for await (const chunk of chunks) {
      const pieces = (rest + decoder.decode(chunk, { stream: true })).split('\n')
      rest = pieces.pop() ?? ''
      if (rest.length > LONGEST_LINE) throw tooLong(where, line + 1)
      for (const piece of pieces) yield* emit(piece)
    }
    yield* emit(rest + decoder.decode())
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
