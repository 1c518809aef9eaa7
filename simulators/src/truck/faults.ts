/** What a scenario changes in the truck or its terminal, for one shift. */
export interface Faults {
  /** Share of its usual efficiency that the catalyst still has. */
  readonly conversion: number;
  /** Engine-out NOx over the usual below a quarter of full load. */
  readonly lowLoadNox: number;
  /** Share of the demanded urea that is injected; above 1 what the catalyst cannot use slips as ammonia. */
  readonly dosing: number;
  /** Whether the urea tank is refilled. */
  readonly ureaRefills: boolean;
  /** What the urea gauge shows: the level, or always the same. */
  readonly ureaGauge: 'true' | 'frozen';
  /** Urea drained from the parked truck on some nights. */
  readonly ureaDrain: boolean;
  /**
   * The downstream NOx reading: the sensor's; frozen; an emulator's (low, hardly any scatter); a scaled copy of the upstream sensor's;
   * none, the sensor unplugged.
   */
  readonly noxDownReads: 'true' | 'stuck' | 'emulated' | 'copied' | 'missing';
  readonly fuelTheft: boolean;
  /** Where the truck is parked the ground slopes: the fuel gauge is off by some per cent until the truck moves. */
  readonly slopeParking: boolean;
  /** Share of its usual pressure drop that the filter has. */
  readonly filterDrop: number;
  /** Smoke over that of a sound engine. */
  readonly smoke: number;
  readonly positionLost: boolean;
  /** Terminal clock minus true time [s]. */
  readonly clockOffsetS: number;
  /** Hours without a link, up to the moment the terminal connects, that it then has to deliver. */
  readonly backlogHours: number;
  /** The terminal sends nothing and keeps nothing. */
  readonly silent: boolean;
  /** The terminal was opened: it sends its alarm when the shift begins. */
  readonly tamperAlarm: boolean;
  readonly mil: boolean;
  /** Trouble codes as SPN and FMI (SAE J1939-73). */
  readonly dtcs: readonly { readonly spn: number; readonly fmi: number }[];
}

/** A truck with nothing wrong. */
export const NO_FAULTS: Faults = {
  conversion: 1,
  lowLoadNox: 1,
  dosing: 1,
  ureaRefills: true,
  ureaGauge: 'true',
  ureaDrain: false,
  noxDownReads: 'true',
  fuelTheft: false,
  slopeParking: false,
  filterDrop: 1,
  smoke: 1,
  positionLost: false,
  clockOffsetS: 0,
  backlogHours: 0,
  silent: false,
  tamperAlarm: false,
  mil: false,
  dtcs: [],
};
