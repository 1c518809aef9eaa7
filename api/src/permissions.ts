/** What can be allowed. Each name covers reading or changing one kind of thing; docs/decisions/0006 says why they are cut this way. */
export const PERMISSIONS = [
  'fleet.read',
  'registry.write',
  'terminals.manage',
  'ledger.read',
  'leads.read',
  'leads.decide',
  'cases.read',
  'cases.work',
  'cases.close',
  'calendar.manage',
  'rules.read',
  'rules.write',
  'evidence.read',
  'evidence.make',
  'jobs.read',
  'jobs.run',
  'export.run',
  'demo.manage',
  'retention.manage',
  'statistics.read',
  'reports.issue',
  'documents.read',
  'documents.issue',
  'documents.manage',
  'notices.read',
  'notices.manage',
  'people.read',
  'people.manage',
  'audit.read',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** What each permission allows, for the page, the command line and the documents. */
export const PERMISSION_NAMES: Readonly<Record<Permission, { zh: string; en: string }>> = {
  'fleet.read': { zh: '查看车辆、实时数据和曲线', en: 'see trucks, live values and series' },
  'registry.write': { zh: '登记和修改车辆、安装关系', en: 'enter and change trucks and who carries which terminal' },
  'terminals.manage': { zh: '登记终端、换发和吊销密钥', en: 'enter terminals, rotate and revoke their secrets' },
  'ledger.read': { zh: '查看接收台账和接入拒绝记录', en: 'see what was not stored, and what the doors refused' },
  'leads.read': { zh: '查看线索、判定和报警', en: 'see leads, findings and alarms' },
  'leads.decide': { zh: '处置线索', en: 'decide on leads' },
  'cases.read': { zh: '查看案件、考核和工作量', en: 'see cases, their figures and who has how many' },
  'cases.work': { zh: '立案、办理案件', en: 'open cases and take their steps' },
  'cases.close': { zh: '销案', en: 'close cases' },
  'calendar.manage': { zh: '维护工作日历和办理期限', en: 'keep the calendar of working days and the periods of cases' },
  'rules.read': { zh: '查看规则和限值', en: 'see rules and limits' },
  'rules.write': { zh: '修改规则和限值', en: 'change rules and limits' },
  'evidence.read': { zh: '查看证据包', en: 'read evidence packs' },
  'evidence.make': { zh: '生成证据包', en: 'make evidence packs' },
  'jobs.read': { zh: '查看后台任务', en: 'see jobs' },
  'jobs.run': { zh: '启动后台任务', en: 'start jobs: back-test, re-evaluation, re-processing' },
  'export.run': { zh: '导出数据', en: 'export data' },
  'demo.manage': { zh: '添加和移除演示数据', en: 'add and remove the demonstration' },
  'retention.manage': { zh: '清理超过保存期限的数据', en: 'drop what is beyond its retention' },
  'statistics.read': { zh: '查看统计、排名、地图和报表', en: 'see statistics, rankings, maps and reports' },
  'reports.issue': { zh: '出具和修订报表', en: 'issue and revise reports' },
  'documents.read': { zh: '查看和下载文书', en: 'read documents of cases' },
  'documents.issue': { zh: '出具文书', en: 'issue documents of cases' },
  'documents.manage': { zh: '维护文书模板和发文机关', en: 'keep templates of documents and what the office prints on them' },
  'notices.read': { zh: '查看通知发件箱', en: 'see which messages were sent to whom' },
  'notices.manage': { zh: '管理通知渠道和订阅', en: 'manage channels, addresses and subscriptions of notices' },
  'people.read': { zh: '查看账号', en: 'see accounts and their roles' },
  'people.manage': { zh: '管理账号和安全设置', en: 'manage accounts and security settings' },
  'audit.read': { zh: '查看和导出审计记录', en: 'read and export the audit trail' },
};

/** The four duties of a monitoring centre. An account has exactly one. */
export const ROLES = ['officer', 'analyst', 'administrator', 'auditor'] as const;
export type Role = (typeof ROLES)[number];

/**
 * Who may do what. No role has everything, on purpose: who decides on a truck does not set the limits it is judged by, who sets limits does
 * not decide, who gives out accounts does neither, and only the auditor, who changes nothing, reads what all of them did.
 */
export const ROLE_PERMISSIONS = {
  officer: [
    'fleet.read',
    'registry.write',
    'ledger.read',
    'leads.read',
    'leads.decide',
    'cases.read',
    'cases.work',
    'cases.close',
    'rules.read',
    'evidence.read',
    'evidence.make',
    'jobs.read',
    'export.run',
    'statistics.read',
    'reports.issue',
    'documents.read',
    'documents.issue',
    'documents.manage',
    'notices.read',
  ],
  analyst: [
    'fleet.read',
    'ledger.read',
    'leads.read',
    'cases.read',
    'rules.read',
    'rules.write',
    'evidence.read',
    'jobs.read',
    'jobs.run',
    'export.run',
    'statistics.read',
    'reports.issue',
    'documents.read',
  ],
  administrator: [
    'fleet.read',
    'registry.write',
    'terminals.manage',
    'ledger.read',
    'calendar.manage',
    'rules.read',
    'jobs.read',
    'jobs.run',
    'demo.manage',
    'retention.manage',
    'documents.manage',
    'notices.read',
    'notices.manage',
    'people.read',
    'people.manage',
  ],
  auditor: ['rules.read', 'evidence.read', 'people.read', 'audit.read'],
} as const satisfies Readonly<Record<Role, readonly Permission[]>>;

/** Duties that concern the whole site: an account with one of them has no district. */
export const WHOLE_SITE_ROLES: readonly Role[] = ['administrator', 'auditor'];

/** What a role allows. */
export function permissionsOf(role: Role): ReadonlySet<Permission> {
  return new Set(ROLE_PERMISSIONS[role]);
}

/** Whether a text is the name of a permission. */
export function isPermission(text: string): text is Permission {
  return PERMISSIONS.some((name) => name === text);
}
