/** Does each thing once, by its name, however many ask for it; a failure as well. */
export function remembered(): <T>(name: string, make: () => Promise<T>) => Promise<T> {
  const known = new Map<string, Promise<unknown>>()
  return <T>(name: string, make: () => Promise<T>) => {
    const found = known.get(name) ?? make()
    known.set(name, found)
    return found as Promise<T>
  }
}
