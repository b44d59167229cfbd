/** A subject this short is looked for as a whole word: as a part of one it is in almost any text. */
const shortest = 4

/** A publisher escapes once; a URL in a URL, or in JSON, is escaped once more. */
const deepest = 2

/**
 * Whether a subject is in a text in any of its usual spellings: percent-encoded, `+` for a space,
 * JSON escapes and HTML entities, each once or twice; in another letter case, or composed
 * otherwise (NFC, NFD); in hex, base64 or base64url, a longer text's too. A subject of fewer than
 * four characters counts where it is a whole word: a run of letters and digits.
 */
export function isSpelledIn(text: string, subject: string): boolean {
  return [...subject].length < shortest ? isWordIn(text, subject) : isPartOf(text, subject)
}

function isWordIn(text: string, subject: string): boolean {
  const word = wordPattern(folded(subject))
  const encodings = encodingsOf(subject)
  return readingsOf(text).some(
    (reading) => word.test(folded(reading)) || encodings.some((pattern) => pattern.test(reading)),
  )
}

function isPartOf(text: string, subject: string): boolean {
  const spellings = [...new Set(escapedForms(subject).map(folded))]
  const isIn = (reading: string) => {
    const there = folded(reading)
    return reading.includes(subject) || spellings.some((spelling) => there.includes(spelling))
  }
  const readings = readingsOf(text)
  return readings.some(isIn) || readings.flatMap(decodings).flatMap(readingsOf).some(isIn)
}

/**
 * A subject as it is escaped most often. After a stray `%4` it would lose its first letter when
 * escapes are read, so that these are looked for unread as well.
 */
function escapedForms(subject: string): readonly string[] {
  const forms = [subject, subject.normalize('NFC'), subject.normalize('NFD')]
  return forms.flatMap((form) => {
    const escaped = encodeURIComponent(form.toWellFormed())
    return [form, escaped, encodeURIComponent(escaped), JSON.stringify(form).slice(1, -1)]
  })
}

/** The same for every letter case and composition, and for `+` and a space. */
function folded(text: string): string {
  // Upper case last: of a sigma there are two in lower case, by its place in a word.
  return text.toLowerCase().toUpperCase().normalize('NFD').replaceAll('+', ' ')
}

/** A text as it stands, and with its escapes read once, twice and so on. */
function readingsOf(text: string): readonly string[] {
  const readings = new Set([text])
  for (let depth = 0; depth < deepest; depth += 1) {
    for (const reading of [...readings]) {
      readings.add(unescaped(reading, 'utf8'))
      readings.add(unescaped(reading, 'latin1'))
    }
  }
  return [...readings]
}

const escapes =
  /(?<bytes>(?:%[\da-f]{2})+)|(?:\\u|%u)(?<unit>[\da-f]{4})|\\x(?<byte>[\da-f]{2})|&#x(?<hex>[\da-f]{1,6});|&#(?<decimal>\d{1,7});|&(?<named>amp|lt|gt|quot|apos);|\\(?<quoted>["\\/])/gi

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function unescaped(text: string, encoding: 'utf8' | 'latin1'): string {
  return text.replace(escapes, (written, ...matched) => {
    const { bytes, unit, byte, hex, decimal, named: name, quoted } = matched.at(-1)
    if (bytes) return Buffer.from(bytes.replaceAll('%', ''), 'hex').toString(encoding)
    if (unit ?? byte) return String.fromCharCode(Number.parseInt(unit ?? byte, 16))
    if (hex ?? decimal) return characterOf(Number.parseInt(hex ?? decimal, hex ? 16 : 10), written)
    return quoted ?? named[name.toLowerCase()]
  })
}

function characterOf(codePoint: number, otherwise: string): string {
  return codePoint > 0x10ffff ? otherwise : String.fromCodePoint(codePoint)
}

/** What hex and base64 in a text stand for, wherever in it they begin. */
function decodings(text: string): readonly string[] {
  const decode = (pattern: RegExp, encoding: 'hex' | 'base64', places: readonly number[]) => {
    const runs = text.match(pattern) ?? []
    return places.map((place) =>
      runs.map((run) => Buffer.from(run.slice(place), encoding).toString()).join('\n'),
    )
  }
  return [
    ...decode(/[\da-f]{8,}/gi, 'hex', [0, 1]),
    ...decode(/[\w+/-]{6,}/g, 'base64', [0, 1, 2, 3]),
  ]
}

/** The words that stand for a short subject in hex and base64. */
function encodingsOf(subject: string): readonly RegExp[] {
  const cases = [subject, subject.toLowerCase(), subject.toUpperCase()]
  const forms = cases.flatMap((text) => [text, text.normalize('NFC'), text.normalize('NFD')])
  return [...new Set(forms)].flatMap((form) => {
    const bytes = Buffer.from(form)
    const plain = bytes.toString('base64').replace(/=+$/, '')
    return [
      wordPattern(bytes.toString('hex'), 'i'),
      wordPattern(plain),
      wordPattern(bytes.toString('base64url')),
    ]
  })
}

/** Finds a word that is no part of a longer one. */
function wordPattern(word: string, flags = ''): RegExp {
  const isLetter = (character: string | undefined) => /[\p{L}\p{N}]/u.test(character ?? '')
  const characters = [...word]
  const before = isLetter(characters.at(0)) ? '(?<![\\p{L}\\p{N}])' : ''
  const after = isLetter(characters.at(-1)) ? '(?![\\p{L}\\p{N}])' : ''
  return new RegExp(`${before}${RegExp.escape(word)}${after}`, `u${flags}`)
}
