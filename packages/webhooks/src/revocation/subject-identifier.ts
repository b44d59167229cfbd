import { EventError } from '@lapse/core/errors'
import { memberAt, type Path } from '../payload.ts'
import type { RevocationIssuer } from './issuer.ts'

/** How a format of RFC 9493 names a subject: its members, and which of them is the OAuth2 subject. */
export interface SubjectFormat {
  readonly members: readonly string[]
  readonly subject: string
  /** Whether an issuer may speak for a subject. */
  readonly allows: (members: Members, issuer: RevocationIssuer) => boolean
}

/** The members of an identifier, all of them texts. */
export type Members = Readonly<Record<string, string>>

/** A user as the body of a request names one. */
export interface SubjectIdentifier {
  readonly subject: string
  /** The identifier itself, with the members of its format and no others. */
  readonly members: Members
  readonly isAllowed: (issuer: RevocationIssuer) => boolean
}

/**
 * The one user whom a body names.
 *
 * @param at the members that an identifier may be in, of which there has to be one
 * @throws EventError
 */
export function subjectIdentifierIn(
  payload: unknown,
  at: readonly Path[],
  formats: Readonly<Record<string, SubjectFormat>>,
): SubjectIdentifier {
  const found = at.map((path) => memberAt(payload, path)).filter((value) => value !== undefined)
  const [identifier, ...others] = found
  const names = at.flat().join(' or ')
  if (identifier === undefined || others.length > 0)
    throw new EventError(`malformed-event: there has to be one subject, in ${names}`)

  const name = memberAt(identifier, 'format')
  const format = typeof name === 'string' && Object.hasOwn(formats, name) && formats[name]
  if (!format)
    throw new EventError(
      `malformed-event: the format of a subject has to be one of ${Object.keys(formats).join(', ')}`,
    )
  const members = membersOf(identifier, format.members)
  return {
    subject: members[format.subject] ?? '',
    members: { format: String(name), ...members },
    isAllowed: (issuer) => format.allows(members, issuer),
  }
}

function membersOf(identifier: unknown, names: readonly string[]): Members {
  const entries = names.map((name) => {
    const value = memberAt(identifier, name)
    if (typeof value === 'string' && value !== '') return [name, value] as const
    throw new EventError(`malformed-event: ${name} of the subject has to be a text`)
  })
  return Object.fromEntries(entries)
}
