import * as v from 'valibot'

/** A schema as far as it says what is in it. */
interface Node {
  readonly type: string
  /** What it takes, in the library's own words. */
  readonly expects?: string | null
  /** Of an optional one. */
  readonly wrapped?: Node
  /** Of an object. */
  readonly entries?: Readonly<Record<string, Node>>
  /** Of a list. */
  readonly item?: Node
  /** Of a variant or a union: schemas. Of a picklist: values. */
  readonly options?: readonly unknown[]
  /** Of a variant: the member that chooses one of its options. */
  readonly key?: string
  readonly literal?: unknown
}

/** A step of a path into a value: a member's name or an index, and what it leads away from. */
interface Step {
  readonly key: unknown
  readonly input: unknown
}

/**
 * What a value has to be, in words: the description that its schema carries, or what its kind says.
 * Nothing of the value gets into it.
 * @param path where it stands in what the schema describes
 */
export function hasToBe(schema: v.GenericSchema, path: readonly Step[] = []): string {
  const nodes = path.reduce(
    (found, step) => found.flatMap((node) => inside(node, step)),
    [schema as Node],
  )
  const words = nodes.map((node) => v.getDescription(node as v.GenericSchema))
  const described = words.filter((text) => text !== undefined)
  if (described.length > 0) return oneOf([...new Set(described)])
  return oneOf([...new Set(nodes.flatMap(byKind))])
}

/** The schemas that may stand for a member; several where a variant does not say which. */
function inside(node: Node, step: Step): readonly Node[] {
  const { wrapped, entries, item } = node
  if (wrapped !== undefined) return inside(wrapped, step)
  if (item !== undefined) return [unwrapped(item)]
  const entry = entries?.[String(step.key)]
  if (entries !== undefined) return entry === undefined ? [] : [unwrapped(entry)]
  return optionsFor(node, step.input).flatMap((option) => inside(option, step))
}

/** Those of a variant that a value chooses by one of its members; all of them where it chooses none. */
function optionsFor({ options = [], key = '' }: Node, value: unknown): readonly Node[] {
  const all = options as readonly Node[]
  const chosen = Object(value) as Readonly<Record<string, unknown>>
  const fitting = all.filter(
    ({ entries }) => entries?.[key] !== undefined && entries[key].literal === chosen[key],
  )
  return fitting.length > 0 ? fitting : all
}

function unwrapped(node: Node): Node {
  return node.wrapped === undefined ? node : unwrapped(node.wrapped)
}

function byKind({ type, literal, options = [], expects }: Node): readonly string[] {
  if (type === 'literal') return [JSON.stringify(literal)]
  if (type === 'picklist') return options.map((option) => JSON.stringify(option))
  if (type === 'boolean') return ['true or false']
  if (type === 'array') return ['a list']
  return [/object|variant/.test(type) ? 'an object' : (expects ?? type)]
}

function oneOf(words: readonly string[]): string {
  return [words.slice(0, -1).join(', '), ...words.slice(-1)].filter(Boolean).join(' or ')
}
