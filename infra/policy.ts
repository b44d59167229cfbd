/** A statement of a policy, as AWS reads it. */
export interface Statement {
  readonly Sid?: string
  readonly Effect: 'Allow' | 'Deny'
  readonly Principal?: '*' | Readonly<Record<string, $util.Input<string | readonly string[]>>>
  readonly Action: string | readonly string[]
  readonly Resource?: $util.Input<string | readonly $util.Input<string>[]>
  readonly Condition?: Readonly<
    Record<string, Readonly<Record<string, $util.Input<string | readonly string[]>>>>
  >
}

/** A policy document. */
export function policyOf(statements: readonly Statement[]): $util.Output<string> {
  return $jsonStringify({ Version: '2012-10-17', Statement: statements })
}

/** A role's trust: who may take it, and on what condition. */
export function trust(
  principal: NonNullable<Statement['Principal']>,
  condition?: NonNullable<Statement['Condition']>,
): $util.Output<string> {
  return policyOf([
    {
      Effect: 'Allow',
      Principal: principal,
      Action: 'sts:AssumeRole',
      ...(condition && { Condition: condition }),
    },
  ])
}
