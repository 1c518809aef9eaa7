/** The duties that an account can have. */
export type RoleName = 'officer' | 'analyst' | 'administrator' | 'auditor';

/** An account as it is stored. Never leaves the service as it is: it holds what a sign-in is checked against. */
export interface AccountRow {
  id: number;
  name: string;
  display_name: string;
  role: RoleName;
  districts: string[] | null;
  password_hash: string | null;
  password_history: string[];
  password_set_at: Date | null;
  enrolled_at: Date | null;
  disabled_at: Date | null;
  link_expires_at: Date | null;
  totp_secret: Uint8Array | null;
  totp_confirmed_at: Date | null;
  totp_last_step: number;
  last_sign_in_at: Date | null;
  created_at: Date;
  version: number;
}

/** Columns of an account in a query where `users` is `u`. */
export const ACCOUNT_COLUMNS = `u.id, u.name, u.display_name, u.role, u.districts, u.password_hash, u.password_history, u.password_set_at,
  u.enrolled_at, u.disabled_at, u.link_expires_at, u.totp_secret, u.totp_confirmed_at, u.totp_last_step, u.last_sign_in_at, u.created_at, u.version`;
