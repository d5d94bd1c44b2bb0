/**
 * Writes data/schemas/pipeline.schema.json from the keys of a pipeline and the options of every stage, for editors.
 * Usage: node scripts/ensure.mjs && node scripts/make-pipeline-schema.mjs
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { canonicalJson } from '../dist/core/json.js'
import { pipelineJsonSchema } from '../dist/engine/pipeline-schema.js'
import { FORMATS } from '../dist/formats/index.js'
import { STAGES } from '../dist/stages/index.js'

const path = new URL('../data/schemas/pipeline.schema.json', import.meta.url)
mkdirSync(new URL('.', path), { recursive: true })
const formats = FORMATS.map((format) => format.name)
writeFileSync(path, `${canonicalJson(pipelineJsonSchema(STAGES, formats), 2)}\n`)
