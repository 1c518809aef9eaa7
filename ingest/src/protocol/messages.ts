import type { LayoutId } from './layouts.ts';
import type { RejectCode } from './reject-codes.ts';

/** Something that was not taken, or not trusted. Expected trouble from outside is a value, never an exception. */
export interface Rejection {
  readonly code: RejectCode;
  /** Full path: `frame[0].data.body[1].sampleTime`, `samples[3].noxDownPpm`; '' for the message as a whole. */
  readonly field: string;
  /** What is wrong and what to do, one sentence, printable text only. */
  readonly reason: string;
  /** How many records are lost with it, as far as the bytes tell; at least 1. */
  readonly records: number;
}

/** The OBD information block, type 01 (GB 17691-2018 Annex Q table Q.6). */
export interface ObdBlock {
  /** Time of the data unit (layouts A, B) or of the block (H), epoch seconds. */
  readonly timeSec: number;
  /** 0 ISO 15765, 1 ISO 27145, 2 SAE J1939; null when the terminal says invalid (FE, FF). */
  readonly protocol: number | null;
  /** Malfunction indicator lamp; null when neither 0 nor 1. */
  readonly mil: boolean | null;
  /** Supported monitors, bit 0 catalyst … bit 15 comprehensive component; 1 = supported. */
  readonly supported: number | null;
  /** Readiness, same bits; 1 = test not complete. */
  readonly ready: number | null;
  /** VIN as the engine's controller gives it; null when it is no VIN or a placeholder. */
  readonly vin: string | null;
  /** Calibration id without right padding of spaces and NUL; null when empty. */
  readonly calId: string | null;
  /** Calibration verification number, 18 bytes as sent; null when only padding. */
  readonly cvn: Uint8Array | null;
  /** 18 counters in the order of SAE J1979-DA group 11; null when not available. */
  readonly iupr: number[] | null;
  /** Trouble codes: `SPN 4364 FMI 18 OC 3`, `P1456-00 status AF`, or `raw 145600AF` when the coding is not known; null when the terminal gives no list. */
  readonly dtcs: string[] | null;
  /** The block as sent, 96 + 4n bytes. A copy. */
  readonly body: Uint8Array;
  readonly field: string;
}

/** Login, logout, time sync or tamper alarm (commands 01, 04, 05, 06). */
export interface ControlRecord {
  readonly kind: 'login' | 'logout' | 'timeSync' | 'tamper';
  /** Epoch seconds; null for a time sync, which has no data unit. */
  readonly timeSec: number | null;
  readonly seq: number | null;
  /** Printable facts, plain JSON: software version, ICCID, position. */
  readonly detail: Record<string, unknown>;
  readonly field: string;
}

/** One native frame, or one whole JSON message. Its samples are rows firstRow … firstRow + rowCount − 1 of the columns passed in. */
export interface MessagePart {
  readonly format: 'native' | 'json';
  /** Command byte; null for JSON. */
  readonly command: number | null;
  /** Header VIN, 17 capital letters and digits; null for JSON, for a placeholder, or when unreadable. */
  readonly vin: string | null;
  /** The header holds `LLLL…`, zeros, spaces or NUL in place of a VIN. */
  readonly placeholderVin: boolean;
  /** Command 03. */
  readonly reissued: boolean;
  readonly layout: LayoutId | null;
  readonly firstRow: number;
  readonly rowCount: number;
  readonly obd: ObdBlock[];
  readonly controls: ControlRecord[];
  readonly rejections: Rejection[];
  /** Bytes of trailing user-defined bodies that no reader explains. */
  readonly undecodedBytes: number;
  /** JSON keys that are no signal, counted and ignored. */
  readonly unknownKeys: number;
  /** `frame[0]` for native, '' for JSON. */
  readonly field: string;
}

/** What a payload held. `rejections` are of the message as a whole: bytes between frames, text that is no JSON. */
export interface DecodedMessage {
  readonly format: 'native' | 'json';
  readonly parts: MessagePart[];
  readonly rejections: Rejection[];
}

/** What the decoder must know of the device. */
export interface DecodeProfile {
  /** Seconds from one stream record of a layout A data unit to the next; 1 unless the terminal differs. */
  readonly recordPeriodS: number;
  /** The layout this terminal's last frame had; tried first. */
  readonly stickyLayout?: LayoutId;
}

/** Changes whenever the same bytes may give other records; stored with quarantined originals. */
export const DECODER_VERSION = '1.0.0';
