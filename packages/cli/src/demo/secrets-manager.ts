/** A call of Secrets Manager, AWS JSON 1.1. */
type Call = (
  action: 'CreateSecret' | 'RotateSecret' | 'GetSecretValue' | 'DescribeSecret',
  input: object,
) => Promise<Readonly<Record<string, unknown>>>

/** The local Secrets Manager, which takes any signature, as a person's own tools would call it. */
export function secretsManagerAt(endpoint: string): Call {
  return async (action, input) => {
    const answer = await fetch(endpoint, {
      method: 'POST',
      headers: {
        authorization: 'local',
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `secretsmanager.${action}`,
      },
      body: JSON.stringify(input),
    })
    const body = (await answer.json()) as Readonly<Record<string, unknown>>
    if (answer.ok) return body
    throw new Error(`${action} was answered ${answer.status}: ${body['__type']}`)
  }
}
