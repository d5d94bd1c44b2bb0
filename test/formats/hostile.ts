/** Text that attacks a reader: markup, scripts, terminal and Markdown escapes, characters that hide or reorder. */
export const ATTACKS: readonly string[] = [
  '</script><img src=x onerror="window.__owned=1">',
  '"><svg onload=window.__owned=1>',
  "'-alert(1)-' onmouseover='window.__owned=1'",
  '</style><style>*{display:none}</style>',
  '<!-- ]]> <base href="http://192.0.2.1/"> <meta http-equiv="refresh" content="0;url=http://192.0.2.1/">',
  'pay \u202e 00,1 \u202c € and \u2066hidden\u2069 \u200bzero\u2060width\ufeff',
  'nul\u0000 bell\u0007 escape\u001b[31mred\u001b[0m \u001b]8;;http://192.0.2.1\u0007link\u001b]8;;\u0007 \u009b2J del\u007f',
  'tag\u{e0041}\u{e0042} lone\ud800 surrogate\udc00 non\uffffcharacter \ufffd',
  '[x](javascript:window.__owned=1) ![y](http://192.0.2.1/z.png) | cell | \n# heading\n```\nfence\n``` @someone #12 <details>',
  'http://192.0.2.1/ www.example.invalid __bold__ ~~gone~~ $math$ \\\\ `tick`',
  '\r\rcarriage\rreturn\tand\ttabs',
  '__proto__',
  'constructor',
  '',
  ' ',
]

/** A text larger than any page may become. */
export const HUGE = `${'<b>long</b> '.repeat(850_000)}end`
