/** A port that the local system was told to use belongs to another program. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError'
  readonly code = 'ERR_PORT_TAKEN'
  /** The part that could not start, in AWS's or Ory's own words. */
  readonly service: string
  readonly port: number

  constructor(service: string, port: number, options?: ErrorOptions) {
    super(
      `Port ${port} is already in use, so ${service} cannot start. ` +
        `Stop the program that listens there, or choose another port for ${service}.`,
      options,
    )
    this.service = service
    this.port = port
  }
}

/** A schedule expression that EventBridge would not take either. */
export class ScheduleExpressionError extends Error {
  override readonly name = 'ScheduleExpressionError'
  readonly code = 'ERR_SCHEDULE_EXPRESSION'

  constructor(expression: string) {
    super(
      `${expression} is not a schedule expression. Write rate(15 minutes), cron(0 10 ? * MON-FRI *) ` +
        'or at(2030-01-01T10:00:00).',
    )
  }
}

/** Something names a function, or the schedule of one, that is not there. */
export class UnknownFunctionError extends Error {
  override readonly name = 'UnknownFunctionError'
  readonly code = 'ERR_UNKNOWN_FUNCTION'

  constructor(name: string, known: readonly string[]) {
    super(`There is no ${name} here, only: ${known.join(', ') || 'none'}.`)
  }
}
