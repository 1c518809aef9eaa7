/** A point of a road: longitude and latitude [° WGS-84], elevation [m], and the speed [km/h] usual from here to the next point. */
export type RoadPoint = readonly [lonDeg: number, latDeg: number, elevationM: number, usualKmh: number];

/** The districts of the site, as the registry writes them. */
export type District =
  | '昌吉市'
  | '阜康市'
  | '呼图壁县'
  | '玛纳斯县'
  | '奇台县'
  | '吉木萨尔县'
  | '木垒哈萨克自治县'
  | '准东经济技术开发区';

const TOWN = 46;
const COUNTY = 66;
const TRUNK = 74;
const EXPRESS = 86;
const MINE = 34;

/**
 * Roads drawn by hand between the towns, whose coordinates are approximate and from general knowledge: plausible for a
 * simulation, no map. The last point's speed is not used.
 */
export const ROADS = {
  /** G30 / G7 past Ürümqi's northern edge. */
  changjiFukang: [
    [87.31, 44.01, 577, TOWN],
    [87.345, 44.018, 582, COUNTY],
    [87.4, 44.012, 590, EXPRESS],
    [87.48, 43.992, 612, EXPRESS],
    [87.58, 43.985, 622, EXPRESS],
    [87.68, 44.002, 604, EXPRESS],
    [87.79, 44.065, 575, EXPRESS],
    [87.9, 44.13, 560, COUNTY],
    [87.955, 44.152, 557, TOWN],
    [87.98, 44.16, 555, TOWN],
  ],
  /** G30 westward. */
  changjiHutubi: [
    [87.31, 44.01, 577, TOWN],
    [87.275, 44.028, 566, COUNTY],
    [87.22, 44.055, 556, EXPRESS],
    [87.12, 44.103, 540, EXPRESS],
    [87.0, 44.153, 520, EXPRESS],
    [86.935, 44.178, 510, TOWN],
    [86.9, 44.19, 505, TOWN],
  ],
  /** G30 westward. */
  hutubiManas: [
    [86.9, 44.19, 505, TOWN],
    [86.865, 44.2, 502, COUNTY],
    [86.78, 44.222, 495, EXPRESS],
    [86.62, 44.252, 484, EXPRESS],
    [86.42, 44.284, 477, EXPRESS],
    [86.265, 44.298, 472, TOWN],
    [86.21, 44.3, 470, TOWN],
  ],
  /** G7 eastward. */
  fukangJimsar: [
    [87.98, 44.16, 555, TOWN],
    [88.02, 44.156, 560, COUNTY],
    [88.12, 44.136, 585, EXPRESS],
    [88.3, 44.106, 618, EXPRESS],
    [88.5, 44.073, 648, EXPRESS],
    [88.72, 44.046, 684, EXPRESS],
    [88.96, 44.02, 712, EXPRESS],
    [89.12, 44.006, 728, TOWN],
    [89.18, 44.0, 735, TOWN],
  ],
  /** S303, the old road between the two towns. */
  jimsarQitai: [
    [89.18, 44.0, 735, TOWN],
    [89.215, 44.004, 740, TRUNK],
    [89.33, 44.013, 758, COUNTY],
    [89.36, 44.015, 762, TRUNK],
    [89.5, 44.022, 784, TRUNK],
    [89.56, 44.022, 791, TOWN],
    [89.59, 44.02, 795, TOWN],
  ],
  /** G7 eastward, climbing to the foot of the mountains. */
  qitaiMori: [
    [89.59, 44.02, 795, TOWN],
    [89.63, 44.016, 806, COUNTY],
    [89.78, 43.985, 855, EXPRESS],
    [89.98, 43.928, 955, EXPRESS],
    [90.14, 43.872, 1105, EXPRESS],
    [90.235, 43.84, 1225, TOWN],
    [90.28, 43.83, 1270, TOWN],
  ],
  /** S228 northward through the desert to the coal field. */
  jimsarZhundong: [
    [89.18, 44.0, 735, TOWN],
    [89.178, 44.035, 722, COUNTY],
    [89.17, 44.15, 664, TRUNK],
    [89.142, 44.3, 604, TRUNK],
    [89.148, 44.45, 566, TRUNK],
    [89.176, 44.6, 535, COUNTY],
    [89.194, 44.67, 524, MINE],
    [89.2, 44.7, 520, MINE],
  ],
  /** S239, the haulage road from the coal field to Fukang's plants. */
  fukangZhundong: [
    [87.98, 44.16, 555, TOWN],
    [88.03, 44.178, 548, COUNTY],
    [88.16, 44.222, 532, TRUNK],
    [88.36, 44.34, 502, TRUNK],
    [88.6, 44.502, 474, TRUNK],
    [88.84, 44.64, 484, TRUNK],
    [89.05, 44.708, 506, COUNTY],
    [89.16, 44.706, 516, MINE],
    [89.2, 44.7, 520, MINE],
  ],
  /** The old road to the northern edge of Ürümqi, climbing. */
  changjiUrumqi: [
    [87.31, 44.01, 577, TOWN],
    [87.35, 43.995, 596, COUNTY],
    [87.41, 43.965, 636, TRUNK],
    [87.48, 43.925, 694, COUNTY],
    [87.545, 43.88, 762, TOWN],
    [87.585, 43.852, 806, TOWN],
    [87.62, 43.83, 840, TOWN],
  ],
  /** Up the valley south of Fukang to the mines in the mountains. */
  fukangMountain: [
    [87.98, 44.16, 555, TOWN],
    [88.0, 44.12, 600, COUNTY],
    [88.03, 44.06, 760, TRUNK],
    [88.06, 44.01, 1010, COUNTY],
    [88.09, 43.96, 1340, COUNTY],
    [88.11, 43.92, 1600, MINE],
    [88.126, 43.888, 1800, MINE],
    [88.15, 43.855, 1910, MINE],
  ],
  changjiLocal: [
    [87.31, 44.01, 577, TOWN],
    [87.288, 44.034, 569, TOWN],
    [87.252, 44.058, 560, COUNTY],
    [87.212, 44.086, 548, TOWN],
    [87.2, 44.095, 545, TOWN],
  ],
  fukangLocal: [
    [87.98, 44.16, 555, TOWN],
    [88.012, 44.182, 548, TOWN],
    [88.05, 44.215, 540, COUNTY],
    [88.074, 44.244, 532, MINE],
    [88.08, 44.252, 530, MINE],
  ],
  hutubiLocal: [
    [86.9, 44.19, 505, TOWN],
    [86.904, 44.222, 496, TOWN],
    [86.918, 44.262, 484, COUNTY],
    [86.926, 44.298, 474, TOWN],
    [86.93, 44.304, 473, TOWN],
  ],
  manasLocal: [
    [86.21, 44.3, 470, TOWN],
    [86.214, 44.333, 462, TOWN],
    [86.232, 44.37, 452, COUNTY],
    [86.25, 44.4, 445, TOWN],
    [86.254, 44.406, 444, TOWN],
  ],
  qitaiLocal: [
    [89.59, 44.02, 795, TOWN],
    [89.6, 44.052, 770, TOWN],
    [89.622, 44.09, 742, COUNTY],
    [89.64, 44.124, 718, TOWN],
    [89.644, 44.13, 715, TOWN],
  ],
  jimsarLocal: [
    [89.18, 44.0, 735, TOWN],
    [89.15, 43.976, 775, TOWN],
    [89.12, 43.95, 830, COUNTY],
    [89.1, 43.93, 885, MINE],
    [89.096, 43.925, 900, MINE],
  ],
  moriLocal: [
    [90.28, 43.83, 1270, TOWN],
    [90.31, 43.845, 1240, TOWN],
    [90.35, 43.87, 1190, COUNTY],
    [90.38, 43.894, 1150, TOWN],
    [90.386, 43.9, 1142, TOWN],
  ],
  zhundongLocal: [
    [89.2, 44.7, 520, MINE],
    [89.168, 44.728, 512, COUNTY],
    [89.112, 44.752, 500, COUNTY],
    [89.05, 44.776, 488, MINE],
    [89.036, 44.782, 485, MINE],
  ],
} as const satisfies Record<string, readonly RoadPoint[]>;

/** Name of a drawn road. */
export type RoadName = keyof typeof ROADS;

/** A journey from home: roads in order, `-` in front of a road driven from its last point to its first. */
export interface JourneyPlan {
  readonly roads: readonly (RoadName | `-${RoadName}`)[];
  /** Which way the load goes. Coal leaves the field; building material and grain leave the town. */
  readonly loaded: 'out' | 'back';
}

/** Each home's journeys: the long ones first, the last a short local one that fills a shift. */
export const JOURNEYS: Record<District, readonly JourneyPlan[]> = {
  昌吉市: [
    { roads: ['changjiFukang'], loaded: 'out' },
    { roads: ['changjiHutubi', 'hutubiManas'], loaded: 'back' },
    { roads: ['changjiUrumqi'], loaded: 'out' },
    { roads: ['changjiLocal'], loaded: 'out' },
  ],
  阜康市: [
    { roads: ['fukangZhundong'], loaded: 'back' },
    { roads: ['fukangJimsar'], loaded: 'out' },
    { roads: ['-changjiFukang'], loaded: 'out' },
    { roads: ['fukangLocal'], loaded: 'back' },
  ],
  呼图壁县: [
    { roads: ['hutubiManas'], loaded: 'out' },
    { roads: ['-changjiHutubi', 'changjiFukang'], loaded: 'back' },
    { roads: ['hutubiLocal'], loaded: 'back' },
  ],
  玛纳斯县: [
    { roads: ['-hutubiManas', '-changjiHutubi'], loaded: 'out' },
    { roads: ['-hutubiManas'], loaded: 'back' },
    { roads: ['manasLocal'], loaded: 'out' },
  ],
  奇台县: [
    { roads: ['-jimsarQitai', 'jimsarZhundong'], loaded: 'back' },
    { roads: ['qitaiMori'], loaded: 'out' },
    { roads: ['qitaiLocal'], loaded: 'out' },
  ],
  吉木萨尔县: [
    { roads: ['jimsarZhundong'], loaded: 'back' },
    { roads: ['-fukangJimsar'], loaded: 'out' },
    { roads: ['jimsarLocal'], loaded: 'back' },
  ],
  木垒哈萨克自治县: [
    { roads: ['-qitaiMori'], loaded: 'out' },
    { roads: ['-qitaiMori', '-jimsarQitai'], loaded: 'back' },
    { roads: ['moriLocal'], loaded: 'out' },
  ],
  准东经济技术开发区: [
    { roads: ['-jimsarZhundong'], loaded: 'out' },
    { roads: ['-fukangZhundong'], loaded: 'out' },
    { roads: ['zhundongLocal'], loaded: 'out' },
  ],
};

/** Journeys of a truck that works in and about the town of Changji. */
export const TOWN_JOURNEYS: readonly JourneyPlan[] = [
  { roads: ['changjiLocal'], loaded: 'out' },
  { roads: ['changjiLocal'], loaded: 'back' },
  { roads: ['changjiLocal'], loaded: 'out' },
];

/** Journeys of a truck that works in the mountains, from Fukang: supplies up, coal down. */
export const MOUNTAIN_JOURNEYS: readonly JourneyPlan[] = [
  { roads: ['fukangMountain'], loaded: 'out' },
  { roads: ['fukangMountain'], loaded: 'back' },
  { roads: ['fukangLocal'], loaded: 'back' },
];
