/** A failure in Go's own words, which Ory passes on in `error_description`. */
export class GoError extends Error {
  override readonly name = 'GoError'
}
