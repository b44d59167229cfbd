/**
 * A publisher's own text without the subject it may have been built from. An event's id or source
 * is free text (`/users/alice`), and a subject stays in queue messages.
 */
export function withoutSubject(text: string, subject: string | undefined): string {
  if (subject === undefined) return text
  return [subject, encodeURIComponent(subject)].reduce(
    (left, spelling) => left.replaceAll(spelling, '[subject]'),
    text,
  )
}
