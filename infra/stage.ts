import { readFileSync } from 'node:fs'

/** Whether what is here outlives a mistake. */
export const permanent = $app.stage === 'production'

/** What alarms, metrics and people know a function by: `lapse-production-user-deleted`. */
export function serviceName(stem: string): string {
  return `${$app.name}-${$app.stage}-${stem}`
}

/** The name of a secret: `lapse/production/ory-api-key`. */
export function secretName(name: string): string {
  return `${$app.name}/${$app.stage}/${name}`
}

/** `user-deleted` as components are named: `UserDeleted`. */
export function componentName(stem: string): string {
  return stem.replace(/(?:^|-)(\w)/g, (_match, letter: string) => letter.toUpperCase())
}

export const account = aws.getCallerIdentityOutput().accountId
export const region = aws.getRegionOutput().region

const around = aws.getPartitionOutput()

/** `aws`, `aws-cn` or `aws-us-gov`: the second part of every ARN. */
export const partition = around.partition

/** What host names end in there: `amazonaws.com`, or `amazonaws.com.cn`. */
export const dnsSuffix = around.dnsSuffix

/** The version of lapse that is deployed: of its stack, and of the code of its functions. */
export function deployedVersion(): string {
  const manifest = readFileSync(`${$cli.paths.root}/packages/cli/package.json`, 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}
