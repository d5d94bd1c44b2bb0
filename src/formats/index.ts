import type { Format } from '../core/record.ts'

/** Every report format, in the order the report directory lists them. */
export const FORMATS: readonly Format[] = []
