/** Texts that must turn up nowhere but in messages and at Ory. */
export interface Canaries {
  add(text: string): void
  /** The first one in a text, if any; in whatever spelling. */
  foundIn(text: string): string | undefined
}

export function canaries(): Canaries {
  const spellings = new Map<string, string>()
  return {
    add(text) {
      for (const spelling of spellingsOf(text)) spellings.set(spelling, text)
    },
    foundIn(text) {
      const lower = text.toLowerCase()
      for (const [spelling, canary] of spellings) if (lower.includes(spelling)) return canary
      return undefined
    },
  }
}

/** In lower case, as base64 is searched for as well. */
function spellingsOf(text: string): readonly string[] {
  const forms = [text, text.normalize('NFC'), text.normalize('NFD')]
  const written = forms.flatMap((form) => [
    form,
    JSON.stringify(form).slice(1, -1),
    encodeURIComponent(form),
    encodeURIComponent(encodeURIComponent(form)),
    encodeURIComponent(form).replaceAll('%20', '+'),
    Buffer.from(form).toString('base64').replace(/=+$/, ''),
    Buffer.from(form).toString('base64url'),
    Buffer.from(form).toString('hex'),
  ])
  return [...new Set(written.map((spelling) => spelling.toLowerCase()))]
}
