import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

let collector: (() => void) | null = null

/**
 * Collects what this thread no longer uses. Memory shared with kernels lies outside the heap whose growth makes the
 * engine collect: without a call its pages are kept long after the last search.
 */
export function collectGarbage(): void {
  if (collector === null) {
    setFlagsFromString('--expose-gc')
    collector = runInNewContext('gc') as () => void
  }
  collector()
}
