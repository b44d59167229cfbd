import { ConfigError } from '../errors.ts'

/** Where one side of Ory is: an origin, and a path in front of every operation's (`''` mostly). */
export interface BaseUrl {
  readonly origin: string
  readonly prefix: string
}

const parse = (name: string, given: string | URL): URL => {
  try {
    return new URL(given)
  } catch {
    throw new ConfigError(`${name} is not a URL: give one like https://ory.example:4445`)
  }
}

/**
 * Reads the base URL of one side of Ory. A base path is kept, a slash at its end is not.
 *
 * @throws ConfigError in one line, without the URL itself: it may hold what it should not.
 */
export const parseBaseUrl = (name: string, given: unknown): BaseUrl => {
  if (given === undefined || given === null || given === '') {
    throw new ConfigError(`${name} is missing: say where Ory is, there is no default`)
  }
  if (typeof given !== 'string' && !(given instanceof URL)) {
    throw new ConfigError(`${name} must be a string or a URL`)
  }
  const url = parse(name, given)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new ConfigError(`${name} must begin with https:// or http://`)
  }
  if (url.username !== '' || url.password !== '') {
    throw new ConfigError(`${name} must not hold credentials: give the key as apiKey`)
  }
  if (url.search !== '' || url.hash !== '') {
    throw new ConfigError(`${name} must not have a query or a fragment`)
  }

  return { origin: url.origin, prefix: url.pathname.replace(/\/+$/, '') }
}
