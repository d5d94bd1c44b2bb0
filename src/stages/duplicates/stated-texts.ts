/** A longer text explains an option rather than says it. */
const LONGEST_TEXT = 300
/** Statements of one answer that are followed up. */
const MOST_STATEMENTS = 4

const STATES =
  /(?:[Aa]nswer|ANSWER|[Oo]ption|[Cc]hoice|[Aa]ntwort|[Rr]éponse(?: correcte)?|[Rr]espuesta(?: correcta)?|答案)[*_"']{0,3}(?:\s(?:is|would be|should be|ist|lautet|est|es)(?![A-Za-z])|\s?[:：]|是|为)[\s:：*_"'“]{0,5}/g

/** The one option whose text an answer is, begins with as a line, or states as its answer; a bit, or 0. */
export function textsSaid(
  { head, tail, whole }: { head: string; tail: string; whole: boolean },
  { optionOf }: { optionOf(text: string): number },
): number {
  let options = 0
  const say = (text: string): boolean => {
    const own = bare(text)
    const option = own === '' || own.length > LONGEST_TEXT ? -1 : optionOf(own)
    if (option >= 0) options |= 1 << option
    return option >= 0
  }
  const line = head.trimStart().split('\n', 1)[0] as string
  // Where nothing stands behind the first line it is the whole answer.
  if (whole || line.length < head.trimStart().length) say(line)
  for (const text of whole ? [head] : [head, tail]) {
    let left = MOST_STATEMENTS
    for (const { index, 0: words } of text.matchAll(STATES)) {
      if (left-- === 0) break
      const from = index + words.length
      const said = text.slice(from, from + LONGEST_TEXT).split('\n', 1)[0] as string
      if (!say(said)) say(said.split(/[.;](?:\s|$)/, 1)[0] as string)
    }
  }
  return (options & (options - 1)) === 0 ? options : 0
}

/** Without emphasis, quotation marks and a bullet around it. */
function bare(text: string): string {
  return text
    .replace(/^[\s*•_"'“-]{1,8}/, '')
    .replace(/[*_"'”]{1,4}\s{0,4}$/, '')
    .trim()
}
