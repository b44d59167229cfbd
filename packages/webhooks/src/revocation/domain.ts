import { EventError } from '@lapse/core/errors'

/**
 * The domain of an address, in lower case.
 * @throws EventError where it is not an address, or one that programs read differently
 */
export function domainOf(address: string): string {
  const [, domain] = /^[^@\s"]+@([^@\s"]+)$/.exec(address) ?? []
  if (domain === undefined) throw new EventError('malformed-event: email is not an address')
  return domain.toLowerCase()
}
