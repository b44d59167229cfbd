/** An identity as it was answered, nothing of it checked. */
type Answered = Readonly<Record<string, unknown>>

/** Whether somebody signs in to an identity with this identifier, as its credentials say. */
export const hasIdentifier = ({ credentials }: Answered, asked: string): boolean =>
  Object.values(Object(credentials) as Answered)
    .flatMap((credential) => (Object(credential) as Answered)['identifiers'])
    .some((identifier) => typeof identifier === 'string' && folded(identifier) === folded(asked))

const phoneNumber = /^\+[\d\s().-]+$/

/** The same for all spellings of an address, a name or a phone number that Kratos takes for one. */
const folded = (identifier: string): string => {
  const text = identifier.normalize('NFKC').trim().toLowerCase()

  return phoneNumber.test(text) ? text.replace(/[^+\d]/g, '') : text
}
