#!/usr/bin/env node
import './heap.ts'
import { CommanderError } from 'commander'
import { AuditError } from '../core/error.ts'
import { visible } from './text.ts'
import { makeProgram } from './program.ts'

/** The only place that prints errors and sets exit codes for them. */
async function main(argv: readonly string[]): Promise<void> {
  const debug = argv.includes('--debug')
  // A closed pipe (`assay count … | head`) is the reader's choice, not an error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 2))
  try {
    const program = makeProgram()
    if (argv.length <= 2) program.outputHelp()
    else await program.parseAsync([...argv])
  } catch (error) {
    process.exitCode = report(error, debug)
  }
}

function report(error: unknown, debug: boolean): number {
  if (error instanceof CommanderError) {
    // Help and version are answers, printed already; everything else is bad usage.
    if (error.exitCode === 0) return 0
    return complain('USAGE', error.message.replace(/^error: /, ''), debug ? error.stack : undefined)
  }
  if (error instanceof AuditError) {
    complain(error.code, error.message, debug ? trace(error) : undefined)
    return error.code === 'INTERRUPTED' ? 130 : 2
  }
  const message = error instanceof Error ? error.message : String(error)
  const hint = debug ? '' : '; run again with --debug and report it'
  return complain('INTERNAL', `assay failed: ${message}${hint}`, debug ? trace(error) : undefined)
}

function complain(code: string, message: string, stack: string | undefined): number {
  process.stderr.write(`assay: ${code}: ${visible(message)}\n`)
  if (stack !== undefined) process.stderr.write(`${stack}\n`)
  return 2
}

function trace(error: unknown): string {
  const lines: string[] = []
  for (let at: unknown = error; at instanceof Error && lines.length < 10; at = at.cause)
    lines.push(at.stack ?? at.message)
  return lines.join('\ncaused by: ')
}

await main(process.argv)
