type Validate = (manifest: object) => void

const pathTo = (path: string, key: string) => (path === '' ? key : `${path}.${key}`)

const everyPath = (value: unknown, path = ''): string[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([key, inside]) => [
        pathTo(path, key),
        ...everyPath(inside, pathTo(path, key)),
      ])

const watched = <Value extends object>(value: Value, seen: Set<string>, path = ''): Value =>
  new Proxy(value, {
    get(target, key) {
      const inside: unknown = Reflect.get(target, key)
      if (typeof key === 'symbol' || !Object.hasOwn(target, key)) return inside
      seen.add(pathTo(path, key))
      return typeof inside === 'object' && inside !== null ? watched(inside, seen, pathTo(path, key)) : inside
    },
  })

/**
 * The fields of a manifest that its schema has no place for. Kubernetes' own schemas allow them and the cluster drops them, a
 * misspelt `readOnlyRootFilesystem` too. A validator reads every field that it knows, so one that it never reads is unknown.
 */
export const unknownFields = (manifest: object, validate: Validate): string[] => {
  const seen = new Set<string>()
  validate(watched(manifest, seen))
  return everyPath(manifest).filter((path) => !seen.has(path))
}
