/** SQL of a column of the newest event `e` of a lead `l`. */
export const newestEvent = (column: string) =>
  `(select ${column} from lead_events e where e.lead_id = l.id order by e.id desc limit 1)`;

/** SQL: whether a lead `l` is more than a former id. What became part of another lead is told there, and only there. */
export const STANDS_ALONE = `(l.state <> 'withdrawn' or ${newestEvent('e.reason')} is distinct from 'mergedInto')`;
