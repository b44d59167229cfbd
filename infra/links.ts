/** SST's own links grant `sqs:*` and `dynamodb:*`: whoever links a component directly gets less. */
export function narrowLinks(): void {
  sst.Linkable.wrap(sst.aws.Queue, (queue) => ({
    properties: { url: queue.url },
    include: [sst.aws.permission({ actions: ['sqs:SendMessage'], resources: [queue.arn] })],
  }))
  sst.Linkable.wrap(sst.aws.Dynamo, (table) => ({
    properties: { name: table.name },
    include: [sst.aws.permission({ actions: ['dynamodb:GetItem'], resources: [table.arn] })],
  }))
}

/** What a function is given: settings and permissions of one thing it uses. */
export type Link = sst.Linkable<Record<string, never>>

/** What using one thing takes. */
export interface LinkTerms {
  readonly environment?: Readonly<Record<string, $util.Input<string>>>
  readonly permissions?: readonly {
    readonly actions: readonly string[]
    readonly resources: readonly $util.Input<string>[]
    /** What has to hold as well: operator, variable and the values it may have. */
    readonly conditions?: readonly {
      readonly test: string
      readonly variable: string
      readonly values: readonly string[]
    }[]
  }[]
}

/** Something a function can be linked to; what linking it gives is all here. */
export function link(name: string, { environment = {}, permissions = [] }: LinkTerms): Link {
  return new sst.Linkable(name, {
    properties: {},
    include: [
      sst.env({ ...environment }),
      ...permissions.map(({ actions, resources, conditions = [] }) =>
        sst.aws.permission({
          actions: [...actions],
          resources: [...resources],
          ...(conditions.length > 0 && {
            conditions: conditions.map(({ values, ...rest }) => ({ ...rest, values: [...values] })),
          }),
        }),
      ),
    ],
  })
}
