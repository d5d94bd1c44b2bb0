/**
 * Writes data/schemas/claims.schema.json from the registry of claim kinds, for editors and other tools.
 * Usage: node scripts/ensure.mjs && node scripts/make-claims-schema.mjs
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { claimsJsonSchema } from '../dist/claims/index.js'

const path = new URL('../data/schemas/claims.schema.json', import.meta.url)
mkdirSync(new URL('.', path), { recursive: true })
writeFileSync(path, `${JSON.stringify(claimsJsonSchema(), null, 2)}\n`)
