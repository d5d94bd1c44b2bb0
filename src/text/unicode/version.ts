// Written by scripts/make-unicode.mjs. Do not edit.
/** Version of the Unicode tables every kernel uses; part of the report. */
export const UNICODE_VERSION = '16.0.0'
