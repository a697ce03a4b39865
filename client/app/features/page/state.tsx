/** What could not be done, announced at once. */
export const Failed = ({ children }: { children: React.ReactNode }) => (
  <p className="state" data-kind="rejected" role="alert">
    <span aria-hidden="true">✕</span> {children}
  </p>
)

/** What was done. */
export const Done = ({ children }: { children: React.ReactNode }) => (
  <p className="state" data-kind="approved" role="status">
    <span aria-hidden="true">✓</span> {children}
  </p>
)
