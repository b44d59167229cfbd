/**
 * Stands for the AWS CLI, of which nothing is installed here: SQS and Secrets Manager, with
 * `--query` as far as the pages use it. `npm run test:docs -- --aws-cli` takes the real one.
 */
import { readFileSync } from 'node:fs'
import * as secretsmanager from '@aws-sdk/client-secrets-manager'
import * as sqs from '@aws-sdk/client-sqs'

type Input = Readonly<Record<string, unknown>>
type Client = { send(command: unknown): Promise<object> }
type Constructor<T> = new (input: object) => T

const services: Readonly<Record<string, readonly [object, string]>> = {
  sqs: [sqs, 'SQSClient'],
  secretsmanager: [secretsmanager, 'SecretsManagerClient'],
}

const forTheCli = new Set(['Query', 'Output', 'EndpointUrl', 'Region'])

function pascal(kebab: string): string {
  return kebab.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())
}

/** Options by their member's name, as text; one without a value is a switch. */
function optionsOf(args: readonly string[]): Readonly<Record<string, string | boolean>> {
  const options = args.flatMap((arg, index): (readonly [string, string | boolean])[] => {
    if (!arg.startsWith('--')) return []
    const next = args[index + 1]
    if (next !== undefined && !next.startsWith('--')) return [[pascal(arg.slice(2)), next]]
    return [[pascal(arg.replace(/^--(no-)?/, '')), !arg.startsWith('--no-')]]
  })
  return Object.fromEntries(options)
}

function inputOf(name: string, text: string | boolean): unknown {
  if (typeof text === 'boolean') return text
  if (text.startsWith('file://')) return readFileSync(text.slice('file://'.length), 'utf8')
  if (/Names$/.test(name)) return [text]
  return /^(Max|VisibilityTimeout|WaitTime|DelaySeconds|RecoveryWindow)/.test(name)
    ? Number(text)
    : text
}

/** JMESPath's names, full stops and indices, and `[]` for every item. */
function query(value: unknown, path: string): unknown {
  const steps = path.match(/\w+|\[\d*\]/g) ?? []
  return steps.reduce<unknown>((found, step, index) => {
    if (found === null || found === undefined) return null
    const rest = steps.slice(index + 1).join('.')
    if (step === '[]') return (found as unknown[]).map((item) => query(item, rest))
    const key = step.startsWith('[') ? Number(step.slice(1, -1)) : step
    return Array.isArray(found) && typeof key === 'string' ? found : (found as Input)[key]
  }, value)
}

function asText(value: unknown): string {
  if (Array.isArray(value)) return value.map(asText).join('\t')
  return value === null || value === undefined ? 'None' : String(value)
}

const [serviceName = '', operation = '', ...rest] = process.argv
  .slice(2)
  .filter((arg, index, all) => arg !== '--endpoint-url' && all[index - 1] !== '--endpoint-url')
const service = services[serviceName]
if (service === undefined) throw new Error(`${serviceName} is not for this machine`)
const [module, clientName] = service
const made = module as Record<string, Constructor<Client>>
const options = optionsOf(rest)
const input = Object.fromEntries(
  Object.entries(options)
    .filter(([name]) => !forTheCli.has(name))
    .map(([name, text]) => [name, inputOf(name, text)]),
)
const client = new (made[clientName] as Constructor<Client>)({})
const Command = made[`${pascal(operation)}Command`] as Constructor<unknown>
const { $metadata: _, ...answer } = (await client.send(new Command(input))) as Input
const { Query, Output } = options
const shown = Query === undefined ? answer : query(answer, String(Query))
const isNothing = Query === undefined && Object.keys(answer).length === 0
if (!isNothing)
  console.log(Output === 'text' ? asText(shown) : JSON.stringify(shown ?? null, null, 4))
