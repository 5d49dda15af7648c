/** Whatever runs SQL: a transaction, or the pool for reads. */
export interface SqlRunner {
  // biome-ignore lint/suspicious/noExplicitAny: the driver's rows have no type of their own
  query(sql: string, parameters?: any[]): Promise<any>;
}
