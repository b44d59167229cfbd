/** Why something could not be looked at, as a person reads it. */
export class CannotTell extends Error {
  override readonly name = 'CannotTell'
}
