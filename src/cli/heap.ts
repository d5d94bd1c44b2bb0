import { setFlagsFromString } from 'node:v8'

/**
 * Imported before everything else. The main thread reads benchmarks and reduces tallies, which lie outside the
 * heap: a large young generation (Node 24 takes several times what Node 20 does) would only make the process bigger.
 */
setFlagsFromString('--max-semi-space-size=4')
setFlagsFromString('--semi-space-growth-factor=1')
