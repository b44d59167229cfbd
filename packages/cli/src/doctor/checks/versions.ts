import { ownVersion } from '../../own-version.ts'
import type { FunctionSeen } from '../../site/aws/functions.ts'
import { readFunctions } from '../../site/functions.ts'
import type { Site } from '../../site/site.ts'
import { type Check, type Problem, unless, well } from '../check.ts'

/** What is deployed, and what this command is. */
export interface VersionsSeen {
  readonly own: string
  /** What the stack says it deployed; `undefined` where no stage is named. */
  readonly stack: string | undefined
  readonly functions: readonly Pick<FunctionSeen, 'name' | 'runtime' | 'state' | 'environment'>[]
}

/** What every function that has it has to have alike: one that differs is of another deployment. */
const shared = [
  'LAPSE_VERSION',
  'LEDGER_KEY_SECRET_ID',
  'LEDGER_TABLE',
  'LOGIN_CONSENT_TTL',
  'ORY_ADMIN_URL',
  'ORY_API_KEY_SECRET_ID',
  'ORY_PUBLIC_URL',
  'ORY_RATE_LIMITS',
  'ORY_TOKEN_ENDPOINT',
] as const

export const versions: Check<VersionsSeen> = {
  name: 'versions',
  about: 'Lambda: stack and code of one version',
  read: async (site: Site) => ({
    own: ownVersion(),
    stack: site.place.document?.version,
    functions: await readFunctions(site),
  }),
  judge: ({ own, stack, functions }) =>
    unless(
      [
        ...(stack === undefined || stack === own ? [] : [ofAnother(own, stack)]),
        ...functions.flatMap((one) => problemsOf(one, stack)),
        ...shared.flatMap((name) => differences(name, functions)),
      ],
      well(
        `${functions.length} functions are configured alike${stack ? `, and ${stack} is deployed` : ''}`,
      ),
    ),
}

function ofAnother(own: string, stack: string): Problem {
  return {
    says: `this command is ${own}, and the stack was deployed by ${stack}`,
    todo: `use the command of ${stack}, or deploy ${own}`,
  }
}

function problemsOf(
  { name, state, environment }: VersionsSeen['functions'][number],
  stack: string | undefined,
): readonly Problem[] {
  const problems: Problem[] = []
  if (!/^(Active|Inactive|Pending)$/.test(state))
    problems.push({ says: `${name} is ${state}`, todo: 'deploy the stack again' })
  const version = environment['LAPSE_VERSION']
  if (stack !== undefined && version !== undefined && version !== stack)
    problems.push({
      says: `the code of ${name} is of ${version}, and the stack of ${stack}`,
      todo: 'deploy the stack again: a deployment has stopped half-way',
    })
  return problems
}

/** Whoever has it otherwise than most. */
function differences(name: string, functions: VersionsSeen['functions']): readonly Problem[] {
  const having = functions.filter(({ environment }) => environment[name] !== undefined)
  const values = Map.groupBy(having, ({ environment }) => environment[name])
  const groups = [...values.values()].toSorted((one, other) => other.length - one.length)
  return groups.slice(1).flatMap((group) =>
    group.map((one) => ({
      says: `${one.name} has another ${name} than the other functions`,
      todo: 'deploy the stack again',
    })),
  )
}
