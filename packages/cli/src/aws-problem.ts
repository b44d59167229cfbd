import { ConfigError, type UnavailableError } from '@lapse/core/errors'
import { CommandError, UsageError } from './errors.ts'
import { rightText } from './missing-right.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** What is told of an AWS error: its name, or the network's code for it. Its message may quote anything. */
export interface AwsFailure {
  /** `AccessDenied`, `ECONNREFUSED`. */
  readonly name: string
  /** Whom it was asked of: an origin, or AWS's own name for the service. */
  readonly asked: string
}

interface Kind {
  readonly names: RegExp
  /** Whether what is wrong is a setting of this shell, so that AWS need not even be asked. */
  readonly setting?: true
  readonly line: (failure: AwsFailure, environment: Environment, error: unknown) => string
}

const kinds: readonly Kind[] = [
  {
    names: /^(CredentialsProviderError|ProviderError|TokenProviderError)$/,
    setting: true,
    line: (_failure, { AWS_PROFILE: profile }) =>
      profile
        ? `the AWS profile ${profile} has no credentials here; set AWS_PROFILE to one that aws configure list-profiles names, or log in with aws sso login`
        : 'no AWS credentials were found; set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
  },
  {
    names: /^(ENOTFOUND|EAI_AGAIN|EAI_FAIL)$/,
    line: ({ name, asked }) =>
      `nothing answers at ${asked} (${name}): no such host is known; check the region, in AWS_REGION or in the URL, and the network`,
  },
  {
    names: /^(E[A-Z]+|TimeoutError)$/,
    line: ({ name, asked }) =>
      `nothing answers at ${asked} (${name}); check the port, the URL and the network`,
  },
  {
    names: /^(ExpiredToken|RequestExpired)/,
    line: ({ name }) => `the AWS credentials have expired (${name}); log in anew`,
  },
  {
    names:
      /Token|Signature|InvalidAccessKeyId|UnrecognizedClient|AuthFailure|OptInRequired|RegionDisabled/,
    line: ({ name }) =>
      `AWS does not know these credentials in this region (${name}); check AWS_PROFILE and AWS_REGION`,
  },
  {
    names: /AccessDenied|NotAuthorized|Unauthorized|AuthorizationError/,
    line: ({ name }, _environment, error) => {
      const right = rightText(error)
      return right === undefined
        ? `AWS refused (${name}); these credentials may not do this: see their policy`
        : `AWS refused (${name}); these credentials lack ${right}`
    },
  },
]

/**
 * What to do about an AWS error; `undefined` where it is about what was asked, and not about how AWS
 * is reached. What is wrong with the shell's own settings is a UsageError, whichever command it is.
 */
export function awsProblem(
  failure: AwsFailure,
  environment: Environment,
  options?: ErrorOptions,
): UsageError | CommandError | undefined {
  const kind = kinds.find(({ names }) => names.test(failure.name))
  if (kind === undefined) return undefined
  const line = kind.line(failure, environment, options?.cause)
  return kind.setting ? new UsageError(line, options) : new CommandError(line, options)
}

/** The same of what the SDK throws before it asks anybody: it knows no region, or not this one. */
export function regionProblem(error: unknown): UsageError | undefined {
  const message = error instanceof Error ? error.message : ''
  const options = { cause: error }
  if (/region is missing/i.test(message))
    return new UsageError(
      'the AWS region is not known; set AWS_REGION, to eu-central-1 say',
      options,
    )
  if (/^Region not accepted|not a valid hostname component/.test(message))
    return new UsageError('AWS_REGION is not a region; write it like eu-central-1', options)
  return undefined
}

/** The SDK makes a URL of an endpoint, and says no more than that it is none. */
function endpointProblem(error: unknown, environment: Environment): UsageError | undefined {
  if ((Object(error) as NodeJS.ErrnoException).code !== 'ERR_INVALID_URL') return undefined
  const [name] =
    Object.entries(environment).find(
      ([variable, value = '']) =>
        /^AWS_ENDPOINT_URL(_|$)/.test(variable) && value !== '' && !URL.canParse(value),
    ) ?? []
  if (name === undefined) return undefined
  const problem = `${name} is not a URL; give it one like http://127.0.0.1:4566, or take it away`
  return new UsageError(problem, { cause: error })
}

/**
 * What is wrong with how AWS is reached from this shell; `undefined` where it is something else, what
 * was asked of AWS among it.
 */
export function shellProblem(error: unknown, environment: Environment): Error | undefined {
  if (!(error instanceof ConfigError) || error.failure === undefined || error.denied)
    return regionProblem(error) ?? endpointProblem(error, environment)
  const { AWS_REGION: region } = environment
  const asked = region ? `AWS in ${region}` : 'AWS'
  return awsProblem({ name: error.failure, asked }, environment, { cause: error })
}

/** What to do where AWS answers nothing, or only that it fails. */
export function unavailableLine({ failure }: UnavailableError): string {
  return /^(E[A-Z_]+|TimeoutError)$/.test(failure)
    ? `AWS could not be reached (${failure}); check AWS_ENDPOINT_URL_* and the network`
    : `AWS is failing (${failure}); try again in a minute`
}
