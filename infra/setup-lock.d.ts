interface Locked {
  version?: string
  dev?: boolean
  license?: string
  optionalDependencies?: Record<string, string>
}
export const missingPlatformPackages: (lock: {
  packages: Record<string, Locked>
}) => [place: string, entry: object][]
