const format = new Intl.NumberFormat('en')

/** A count with its thousands apart: `100,000`. */
export function numberText(count: number): string {
  return format.format(count)
}

/** One of them, or many: `1 line`, `2 lines`. */
export function countText(count: number, one: string, many = `${one}s`): string {
  return `${numberText(count)} ${count === 1 ? one : many}`
}
