export async function demo(_options: { readonly json?: boolean }): Promise<void> {}
