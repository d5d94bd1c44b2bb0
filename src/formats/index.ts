import type { Format } from '../core/record.ts'
import { croissant } from './croissant.ts'
import { flaggedRows } from './flagged-rows.ts'
import { html } from './html.ts'
import { inToto } from './in-toto.ts'
import { json } from './json.ts'
import { markdown } from './markdown.ts'
import { sarif } from './sarif.ts'

/** Every report format, in the order the report directory lists them. */
export const FORMATS: readonly Format[] = [json, flaggedRows, markdown, html, croissant, sarif, inToto]
