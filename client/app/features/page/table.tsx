interface TableProps {
  className: string
  columns: readonly string[]
  /** Each begins with its heading. */
  rows: readonly { key: string; cells: readonly [React.ReactNode, ...React.ReactNode[]]; isQuiet?: boolean }[]
}

/** A table whose columns and rows have headings. */
export const Table = ({ className, columns, rows }: TableProps) => (
  <table className={className}>
    <thead>
      <tr>
        {columns.map((column) => (
          <th key={column} scope="col">
            {column}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      {rows.map(({ key, cells: [heading, ...cells], isQuiet = false }) => (
        <tr key={key}>
          <th scope="row" className={isQuiet ? 'quiet' : undefined}>
            {heading}
          </th>
          {cells.map((cell, index) => (
            <td key={columns[index + 1]}>{cell}</td>
          ))}
        </tr>
      ))}
    </tbody>
  </table>
)
