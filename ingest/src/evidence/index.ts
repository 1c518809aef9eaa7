export type { EvidenceDeps, EvidenceRequest } from './append.ts';
export { type ChainCheck, type ChainFault, checkChain } from './chain.ts';
export type { Difference } from './differences.ts';
export { EVIDENCE_REASONS, type EvidenceReason, type Pack } from './format.ts';
export { checkIntegrity, type Integrity } from './integrity.ts';
export { EvidenceStore, type MadeEvidence, type NoEvidence } from './make.ts';
export { type PackJobDeps, packRunner } from './pack-job.ts';
export { EXIT_CODES, renderVerification } from './render.ts';
export { type DayLevel, type Verification, type VerificationResult, type VerifiedDay, verifyPack } from './verify.ts';
