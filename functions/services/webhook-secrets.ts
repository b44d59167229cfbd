import { once } from '@lapse/aws/once'
import { jsonSetting } from '@lapse/aws/settings/json'
import { jsonLike } from '@lapse/aws/settings/what-settings-are'
import { ConfigError } from '@lapse/core/errors'
import type { Clock, SecretStore } from '@lapse/core/ports'

/** A secret that was replaced is in use everywhere a minute later. */
const keptMs = 60_000

/** How old it may be where Secrets Manager fails: a sender that never tries again would lose its event. */
const oldestMs = 15 * 60_000

/** How long a failure stands: whoever sends what is not signed makes no calls to AWS with it. */
const failureKeptMs = 5000

/** What the sources of webhooks sign with. */
export interface WebhookSecrets {
  /** The names of the sources. */
  readonly sources: readonly string[]
  /**
   * One text, or two while the secret is replaced; read anew once they are a minute old.
   * @throws ConfigError where there is none, or where the secret may not be read
   */
  readonly secretsOf: (source: string) => Promise<readonly string[]>
}

/**
 * The sources in `WEBHOOK_SECRETS`, a JSON object from each source's name to its secret's id.
 * @throws ConfigError where it is something else
 */
export function webhookSecrets(
  json: string,
  { secrets, clock }: { readonly secrets: SecretStore; readonly clock: Clock },
): WebhookSecrets {
  const reads = new Map(
    [...secretIdsIn(json)].map(([source, secretId]) => {
      const read = async () => textsOf(await secrets.get(secretId), secretId)
      const fresh = failingOnce(once(read, { maxAgeMs: keptMs, now: clock.now }), clock)
      return [source, lasting(fresh, clock)]
    }),
  )
  return {
    sources: [...reads.keys()],
    async secretsOf(source) {
      const read = reads.get(source)
      if (read !== undefined) return read()
      throw new ConfigError(`WEBHOOK_SECRETS names no secret for ${source}; add it`)
    },
  }
}

/** A failure is the answer to whoever asks within the seconds after it. */
function failingOnce<T>(read: () => Promise<T>, clock: Clock): () => Promise<T> {
  const last: { failure?: { readonly error: unknown; readonly until: number } } = {}
  return async () => {
    if (last.failure !== undefined && clock.now() < last.failure.until) throw last.failure.error
    try {
      return await read()
    } catch (error) {
      last.failure = { error, until: clock.now() + failureKeptMs }
      throw error
    }
  }
}

/** What was read last stands in for a read that fails, unless that says that there is nothing to read. */
function lasting(read: () => Promise<readonly string[]>, clock: Clock) {
  const last: { texts?: readonly string[]; at: number } = { at: 0 }
  return async (): Promise<readonly string[]> => {
    try {
      const texts = await read()
      if (texts !== last.texts) Object.assign(last, { texts, at: clock.now() })
      return texts
    } catch (error) {
      const isTooOld = clock.now() - last.at >= oldestMs
      if (error instanceof ConfigError || last.texts === undefined || isTooOld) throw error
      return last.texts
    }
  }
}

function secretIdsIn(json: string): ReadonlyMap<string, string> {
  const name = 'WEBHOOK_SECRETS'
  const value = jsonSetting(name, json, jsonLike[name])
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const entries = Object.entries(value)
    if (entries.every(([source, secretId]) => source !== '' && isFilled(secretId)))
      return new Map(entries)
  }
  throw new ConfigError(
    `${name} is not a JSON object of secret ids; write it like ${jsonLike[name]}`,
  )
}

function textsOf(value: string, secretId: string): readonly string[] {
  const text = value.trim()
  const isArray = text.startsWith('[')
  if (!isArray && [text, ...text.split(/\s+/)].some(isWrapped)) {
    throw new ConfigError(
      `secret ${secretId} is stored with something around it, as {"key":"value"} or in quotation marks; store the text alone (Plaintext in the AWS console)`,
    )
  }
  const texts = isArray ? parse(text) : text.split(/\s+/)
  if (!Array.isArray(texts) || !texts.every(isFilled) || texts.length < 1 || texts.length > 2) {
    throw new ConfigError(
      `secret ${secretId} must hold one text, or two with a blank between them or in a JSON array; set it anew`,
    )
  }
  return texts
}

/** Key and value, as the AWS console stores them unless told otherwise, or a text in quotation marks. */
function isWrapped(text: string): boolean {
  return /^\{\s*["'}]/.test(text) || /^(\\?["'`]).*\1$/s.test(text) || /^[“‘].*[”’]$/s.test(text)
}

function isFilled(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== ''
}

/** `undefined` for what is not JSON: the parser's own error quotes it. */
function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
