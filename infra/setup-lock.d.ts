interface Locked {
  version?: string
  dev?: boolean
  license?: string
  name?: string
  link?: boolean
  integrity?: string
  optionalDependencies?: Record<string, string>
}
export const missingPlatformPackages: (lock: {
  packages: Record<string, Locked>
}) => [place: string, entry: object][]
export const withoutIntegrity: (lock: {
  packages: Record<string, Locked>
}) => [name: string, version: string | undefined, entry: object][]
