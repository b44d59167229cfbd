import { ReceiptsLogError } from '../../errors.ts'
import { fromBase64, toBase64 } from './base64.ts'
import { isKeyName, isSignedBy, type VerifierKey } from './verifier-key.ts'

/** One line below a note. */
export interface NoteSignature {
  readonly name: string
  /** Eight hexadecimal digits. */
  readonly id: string
  readonly signature: Uint8Array
}

/** A text and who signed it (C2SP signed-note). The text ends in a newline. */
export interface SignedNote {
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

const mostSignatures = 64
const linePattern = /^— ([^ ]+) ([A-Za-z0-9+/=]+)$/

/**
 * A signed note, read as strictly as it is written: any other spelling is refused. Nothing is said
 * of its signatures.
 * @throws ReceiptsLogError `malformed-note`
 */
export function parseNote(note: string): SignedNote {
  const end = note.lastIndexOf('\n\n')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the specification names them
  const isText = note.isWellFormed() && !/[\u0000-\u0009\u000b-\u001f]/.test(note)
  if (!isText || end < 1 || !note.endsWith('\n')) throw malformed()
  const lines = note.slice(end + 2, -1).split('\n')
  if (lines.length > mostSignatures) throw malformed()
  return { text: note.slice(0, end + 1), signatures: lines.map(parseSignature) }
}

function parseSignature(line: string): NoteSignature {
  const [, name = '', base64 = ''] = linePattern.exec(line) ?? []
  const bytes = fromBase64(base64)
  if (!isKeyName(name) || bytes === undefined || bytes.length < 5) throw malformed()
  const id = Buffer.from(bytes.subarray(0, 4)).toString('hex')
  return { name, id, signature: bytes.subarray(4) }
}

export function printNote({ text, signatures }: SignedNote): string {
  const lines = signatures.map(
    ({ name, id, signature }) =>
      `— ${name} ${toBase64(Buffer.concat([Buffer.from(id, 'hex'), signature]))}\n`,
  )
  return `${text}\n${lines.join('')}`
}

/**
 * What a key says of a note: that it signed it, that a signature in its name is not its own, or
 * nothing. Signatures of other keys are ignored.
 */
export function judgeNote(
  { text, signatures }: SignedNote,
  key: VerifierKey,
): 'signed' | 'wrong-signature' | 'unknown-key' {
  const own = signatures.filter(({ name, id }) => name === key.name && id === key.id)
  if (own.length === 0) return 'unknown-key'
  return own.every(({ signature }) => isSignedBy(key, text, signature))
    ? 'signed'
    : 'wrong-signature'
}

function malformed(): ReceiptsLogError {
  return new ReceiptsLogError('malformed-note', 'not a signed note')
}
