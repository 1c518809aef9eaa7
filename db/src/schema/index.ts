/**
 * The tables for typed queries. The numbered SQL files in migrations/ make them; a test holds both against each other, column by column.
 * Property names are the column names.
 */

export {
  calendar_days,
  calendar_years,
  case_files,
  case_findings,
  case_steps,
  cases,
  inspection_files,
  inspection_versions,
  inspections,
  road_checks,
  stations,
} from './cases.ts';
export {
  document_files,
  document_series,
  document_templates,
  documents,
} from './documents.ts';
export {
  alarm_watch,
  alarms,
  dirty_days,
  evaluator_state,
  fleet_references,
  reference_months,
  rule_settings,
  truck_cells,
  truck_day,
  truck_minute,
  truck_sums,
} from './evaluation.ts';
export {
  exports_,
  jobs,
} from './jobs.ts';
export {
  evidence_packs,
  finding_triage,
  findings,
  lead_decisions,
  lead_events,
  leads,
} from './leads.ts';
export {
  notice_addresses,
  notice_attempts,
  notice_channels,
  notice_outbox,
  notice_subscriptions,
  notice_troubles,
  notice_worker,
} from './notices.ts';
export {
  api_tokens,
  audit,
  audit_head,
  devices,
  recovery_codes,
  saved_views,
  sessions,
  settings,
  sign_in_throttle,
  users,
} from './people.ts';
export {
  day_conflicts,
  frames,
  incidents,
  ledger,
  link_hours,
  obd_readings,
  retention_floors,
  samples,
  terminal_events,
  vehicle_latest,
  writers,
} from './records.ts';
export {
  assignments,
  demo,
  lay_up_events,
  lay_ups,
  registry_state,
  terminals,
  vehicle_parameters,
  vehicles,
} from './registry.ts';
export {
  report_revisions,
  reports,
} from './reports.ts';
