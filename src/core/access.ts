const ACCESS = 'access to '

/** What an entry of what was not checked needs where something could not be read: another time it may be. */
export function accessTo(what: string): string {
  return `${ACCESS}${what}`
}

/** Is it such an entry? Its words are all a report keeps of it. */
export function needsAccess({ needs }: { needs: string }): boolean {
  return needs.startsWith(ACCESS)
}
