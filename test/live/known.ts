/** A difference that stays, and why. Everything that is set has to match. */
export interface Known {
  readonly reason: string
  readonly profile?: 'head' | 'v26.2'
  readonly family?: string
  readonly request?: RegExp
  readonly about: string
  /** The live answer's `Link`. */
  readonly link?: RegExp
  readonly live?: RegExp
  readonly emulator?: RegExp
}

/** The `Link` of a list of everything there is. */
const unfiltered = /\/(clients|issuers)\?(?![^>]*(owner|issuer)=)/

/** The differences between live servers and the emulator that are known and left. */
export const known: readonly Known[] = [
  {
    reason: "the pages of the server's own 404 and of its fallbacks are written anew here",
    about: 'body',
    live: /^\s*<(!doctype|html|!DOCTYPE)/i,
    emulator: /^\s*<(!doctype|html)/i,
  },
  {
    reason: 'a list without a filter shows what else there is at the live server',
    link: unfiltered,
    about: 'body',
    live: /^\[/,
    emulator: /^\[/,
  },
  {
    reason: 'a list without a filter shows what else there is at the live server',
    link: unfiltered,
    about: 'header link',
    live: /rel="next"/,
  },
  {
    reason: 'a byte that is not UTF-8 is the character U+FFFD here, where Go writes its escape',
    about: 'body',
    live: /\\ufffd/,
    emulator: /\ufffd/,
  },
]
