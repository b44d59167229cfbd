/** A port that the local system was told to use belongs to another program. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError'
  readonly code = 'ERR_PORT_TAKEN'
  /** The part that could not start, in AWS's or Ory's own words. */
  readonly service: string
  readonly port: number

  constructor(service: string, port: number, options?: ErrorOptions) {
    super(
      `${service} cannot start: port ${port} is already in use. ` +
        `Stop the program that listens there, or give ${service} another port (0 takes any free one).`,
      options,
    )
    this.service = service
    this.port = port
  }
}
