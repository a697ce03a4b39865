/** A page's title, the blog's name after it. */
export const pageTitle = (
  matches: readonly ({ id: string; loaderData?: unknown } | undefined)[],
  title: string,
): string => {
  const root = matches.find((match) => match?.id === 'root')?.loaderData
  const blog = typeof root === 'object' && root !== null && 'title' in root ? String(root.title) : 'Logbook'
  return `${title} · ${blog}`
}
