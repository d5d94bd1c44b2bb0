import { ZSTDDecoder } from 'zstddec/stream'
import { AuditError } from '../core/error.ts'

/** Calls without output or input used, after which the decoder is taken to be stuck on damaged data. */
const STUCK_AFTER = 3

/**
 * Decompresses zstd frames as they come; memory is bounded by the decoder's window limit of 128 MB.
 * The decoder pulls its input synchronously, so one chunk is always queued before it runs. On damaged data it
 * makes no progress instead of throwing: that is what the count of empty answers is for.
 * @throws AuditError JSONL_INVALID
 */
export async function* zstdChunks(
  stored: AsyncIterable<Uint8Array>,
  where: string,
): AsyncGenerator<Uint8Array> {
  const decoder = new ZSTDDecoder()
  await decoder.init()
  const queue: Uint8Array[] = []
  const input = stored[Symbol.asyncIterator]()
  const output = decoder.decodeStreaming(drain(queue))
  let ended = false
  let empty = 0
  for (;;) {
    while (queue.length === 0 && !ended) {
      const next = await input.next()
      if (next.done === true) ended = true
      else if (next.value.length > 0) queue.push(next.value)
    }
    const waiting = queue.length
    const step = advance(output, where)
    if (step === null) return
    empty = step.length > 0 || queue.length < waiting ? 0 : empty + 1
    if (empty > STUCK_AFTER) throw damaged(where, 'no valid frame')
    if (step.length > 0) yield step
  }
}

function* drain(queue: Uint8Array[]): Generator<Uint8Array> {
  for (let chunk = queue.shift(); chunk !== undefined; chunk = queue.shift()) yield chunk
}

function advance(output: Generator<Uint8Array>, where: string): Uint8Array | null {
  try {
    const step = output.next()
    return step.done === true ? null : step.value
  } catch (cause) {
    throw damaged(where, cause instanceof Error ? cause.message : String(cause), cause)
  }
}

function damaged(where: string, got: string, cause?: unknown): AuditError {
  return new AuditError('JSONL_INVALID', {
    what: 'The zstd stream is damaged, cut short, or needs a window of more than 128 MB',
    where,
    got,
    fix: 'download or write the file again (without --long=28 or more)',
    cause,
  })
}
