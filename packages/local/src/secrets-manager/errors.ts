/** The error types of AWS Secrets Manager that this server answers with. */
export type ErrorType =
  | 'AccessDeniedException'
  | 'InvalidNextTokenException'
  | 'InvalidParameterException'
  | 'InvalidRequestException'
  | 'MissingAuthenticationTokenException'
  | 'ResourceExistsException'
  | 'ResourceNotFoundException'
  | 'SerializationException'
  | 'UnknownOperationException'
  | 'ValidationException'

/** A refusal in AWS's own terms: the server sends `type` as `__type` with status 400. */
export class SecretsManagerError extends Error {
  override readonly name = 'SecretsManagerError'
  readonly type: ErrorType

  constructor(type: ErrorType, message: string) {
    super(message)
    this.type = type
  }
}
